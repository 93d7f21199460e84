"""Notices of the demonstration: letters with what became of each envelope, written without sending anything."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from meetings.letters import compose_call, compose_cancel, compose_move
from meetings.management.demo_calendar import Gathering
from meetings.management.demo_rolls import Rolls
from meetings.models import Meeting, Notice, NoticeKind
from network.models import Envelope, EnvelopeState, Letter

COMPOSE = {NoticeKind.CALL: compose_call, NoticeKind.CANCEL: compose_cancel, NoticeKind.MOVE: compose_move}
ANSWERS = {
    EnvelopeState.REFUSED: "550 5.1.1 Osoitetta ei tunneta",
    EnvelopeState.UNCLEAR: "Palvelimen vastaus katkesi",
}


class Post:
    """Gathers letters and envelopes and writes them."""

    def __init__(self, rolls: Rolls) -> None:
        """Keep who sits where."""
        self.rolls = rolls
        self.written: dict[int, datetime] = {}
        self.envelopes: list[Envelope] = []

    def write(self, gatherings: Iterable[Gathering]) -> None:
        """The notices of the meetings to come, and those of the moved and the cancelled one."""
        for gathering in gatherings:
            moved = gathering.facts.get("moved_from")
            if not (gathering.fate in ("called", "unbegun", "cancelled") or moved):
                continue
            meeting = Meeting.objects.select_related("body").get(pk=gathering.meeting.pk)
            if not meeting.called_at:
                continue
            self._tell(gathering, meeting, NoticeKind.CALL, meeting.called_at)
            if moved:
                self._tell(gathering, meeting, NoticeKind.MOVE, moved - timedelta(hours=20))
            if meeting.cancelled_at:
                self._tell(gathering, meeting, NoticeKind.CANCEL, meeting.cancelled_at)
        self._spoil()
        Envelope.objects.bulk_create(self.envelopes)
        for letter, moment in self.written.items():
            Letter.objects.filter(pk=letter).update(created_at=moment)

    def _tell(self, gathering: Gathering, meeting: Meeting, kind: NoticeKind, moment: datetime) -> None:
        subject, text = COMPOSE[kind](meeting)
        letter = Letter.objects.create(
            subject=subject, text=text, about_body=gathering.body, created_by=meeting.created_by
        )
        Notice.objects.create(meeting=meeting, letter=letter, kind=kind)
        self.written[letter.pk] = moment
        for place, person in enumerate(self.rolls.people(gathering)):
            if person.email:
                sent = moment + timedelta(seconds=2 * place + 3)
                self.envelopes.append(
                    Envelope(letter=letter, person=person, address=person.email, state=EnvelopeState.SENT, sent_at=sent)
                )

    def _spoil(self) -> None:
        """Of the last letter's envelopes one was refused and of one nobody knows."""
        for place, state in ((-2, EnvelopeState.REFUSED), (-3, EnvelopeState.UNCLEAR)):
            envelope = self.envelopes[place]
            envelope.state, envelope.sent_at, envelope.answer = state, None, ANSWERS[state]
