"""Jobs of the ground, run by procrastinate's worker; each may run twice without harm."""

import logging
import smtplib
from contextlib import suppress
from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from network.adapter import account_is_open
from network.indexing import count_words, index_stale
from network.models import Change, Envelope, EnvelopeState, Person, Word

log = logging.getLogger(__name__)
STALLED_AFTER = 60  # seconds without a heartbeat of the worker that took the job; it beats every ten
ANSWER = 300
REFUSED_FOR_GOOD = 500  # SMTP: 4xx says "later", 5xx "never"
KEEP_JOBS = 30 * 24  # hours
PORTION = 200  # changes indexed by one job: a second or so
LAST = -10  # the priority of what may wait for everything else
# The waits are 4 s, 16 s, … 4.5 h: a server may be away for six hours before the sweep takes over.
PATIENT = RetryStrategy(max_attempts=7, exponential_wait=4)


def has_job(task: str, argument: str) -> Exists:
    """Whether a job of the task waits or runs for the row of a query, whose key the argument names."""
    jobs = ProcrastinateJob.objects.filter(task_name=task, status__in=("todo", "doing"))
    return Exists(jobs.alias(row=Cast(KT(f"args__{argument}"), BigIntegerField())).filter(row=OuterRef("pk")))


class NotTakenError(Exception):
    """The mail server did not take the message now; it may take it later."""


@app.task(name="post_envelope", retry=PATIENT)
def post_envelope(envelope_id: int) -> None:
    """Post one envelope: queued → sending (committed before the message goes out) → sent, refused or unclear.

    An envelope that another run left in *sending* is unclear: the server may have taken it. It is shown to the
    secretariat and never sent again by itself: never twice, none lost unseen. A server that could not be
    reached, or that said "later", has taken nothing: the envelope is *queued* again and the job tried again.
    """
    envelope = Envelope.objects.select_related("letter").get(pk=envelope_id)
    if envelope.move(EnvelopeState.SENDING, EnvelopeState.UNCLEAR) or envelope.state != EnvelopeState.QUEUED:
        return
    message = _message(envelope)
    connection = get_connection()
    connection.open()  # a server that is away raises here: nothing is stamped yet, and the job is tried again
    try:
        if envelope.move(EnvelopeState.QUEUED, EnvelopeState.SENDING):
            _hand_over(envelope, message, connection)
    finally:
        connection.close()


def _hand_over(envelope: Envelope, message: EmailMessage, connection: BaseEmailBackend) -> None:
    """Give the message to the server and write down the answer.

    Raises NotTakenError when the server says "later".
    """
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _refused(envelope, code, text)
    except smtplib.SMTPResponseException as error:
        _refused(envelope, error.smtp_code, error.smtp_error)
    except (smtplib.SMTPNotSupportedError, ValueError) as error:  # nothing left this machine
        _settle(envelope, EnvelopeState.REFUSED, answer=str(error)[:ANSWER])
    except OSError as error:
        _settle(envelope, EnvelopeState.UNCLEAR, answer=str(error)[:ANSWER])
    else:
        _settle(envelope, EnvelopeState.SENT, sent_at=timezone.now())


def _refused(envelope: Envelope, code: int, text: bytes | str) -> None:
    """The server said no: for good, or (4xx: a full disk, a grey list) for now."""
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    answer = f"{code} {said}"[:ANSWER]
    if code >= REFUSED_FOR_GOOD:
        _settle(envelope, EnvelopeState.REFUSED, answer=answer)
        return
    envelope.move(EnvelopeState.SENDING, EnvelopeState.QUEUED, answer=answer)
    raise NotTakenError(answer)


def _settle(envelope: Envelope, state: EnvelopeState, **facts: object) -> None:
    """Write the server's answer, also over the *unclear* that a second run wrote while this one waited for it."""
    if not envelope.move(EnvelopeState.SENDING, state, **facts):
        envelope.move(EnvelopeState.UNCLEAR, state, **facts)


def _message(envelope: Envelope) -> EmailMessage:
    letter = envelope.letter
    return EmailMessage(
        " ".join(letter.subject.split()),
        letter.text,
        to=[envelope.address],
        headers={"Message-ID": f"<kirje-{envelope.pk}@kumppanuusverkosto.invalid>"},
    )


@app.task(name="post_reset_link", retry=PATIENT)
def post_reset_link(person_id: int, language: str, invited: bool) -> None:
    """Mail the link to a page where the person chooses a password; nothing for a closed account.

    No Letter, for a letter is kept and read, and the link opens the account. The token is made here and never
    stored; the address is ours, whatever host the request named.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not account_is_open(person):
        return
    with translation.override(language):
        key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
        context = {
            "person": person,
            "invited": invited,
            "url": settings.PORTAL_URL + reverse("account_reset_password_from_key", kwargs=key),
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
        }
        subject = _("Your account in the portal") if invited else _("A new password")
        text = render_to_string("letters/reset_link.txt", context).strip() + "\n"
    EmailMessage(subject, text, to=[str(person.email)]).send()


@app.periodic(cron="* * * * *")
@app.task(name="take_up_stalled", queueing_lock="take_up_stalled")
async def take_up_stalled(timestamp: int) -> None:
    """Take up the jobs that a killed worker left: nothing else would ever retry them."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        log.warning("job %s (%s) was left by a dead worker and is taken up again", job.id, job.task_name)
        try:
            await app.job_manager.retry_job(job, retry_at=timezone.now() + timedelta(seconds=1))
        except ConnectorException:  # the same job waits already, and there may be only one
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="*/10 * * * *")
@app.task(name="take_up_forgotten", queueing_lock="take_up_forgotten")
def take_up_forgotten(timestamp: int) -> None:
    """Give a new job to each envelope that waits without one: its job has failed for the last time, or is gone."""
    waiting = Envelope.objects.filter(state__in=(EnvelopeState.QUEUED, EnvelopeState.SENDING))
    for envelope in waiting.exclude(has_job("post_envelope", "envelope_id")):
        post_envelope.defer(envelope_id=envelope.pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="shorten_changes", queueing_lock="shorten_changes")
def shorten_changes(timestamp: int) -> None:
    """Keep the set of changes short that each visitor's page asks for."""
    Change.objects.shorten()


@app.periodic(cron="15 3 * * *")
@app.task(name="forget_jobs", queueing_lock="forget_jobs")
async def forget_jobs(timestamp: int) -> None:
    """Remove the jobs that were finished a month ago; what they did stands in the records themselves."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEEP_JOBS, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="* * * * *")
@app.task(name="index_stale", queueing_lock="index_stale", lock="index", priority=LAST)
def index_stale_records(timestamp: int) -> None:
    """Index what has changed, so much at a time that no letter waits for long behind it.

    When all of it is there for the first time ever, count the words too, for the ranking needs them.
    """
    if index_stale(PORTION) == PORTION:
        with suppress(AlreadyEnqueued):  # the next minute's is waiting, and will do as well
            index_stale_records.defer(timestamp=timestamp)
    elif not Word.objects.filter(public__gt=0).exists():
        count_words()


@app.periodic(cron="40 * * * *")
@app.task(name="count_words", queueing_lock="count_words", lock="index")
def count_words_anew(timestamp: int) -> None:
    """Count how common each word is among what everybody reads."""
    count_words()
