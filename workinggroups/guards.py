"""Rules of the working groups that must hold against raw SQL too: the arrows, and mandates that stay as decided."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from network.guards import MESSAGES, refuse

MESSAGES |= {
    "workinggroup_arrows": _("The working group is not in the state that this step starts from."),
    "workinggroup_stays": _("A working group is never deleted; it is closed."),
    "mandate_stays": _("A mandate that has been decided stays as it was; an extension adds another one."),
}

group_arrows = pgtrigger.Trigger(
    name="arrows",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func=f"""
        IF TG_OP = 'DELETE' OR OLD.body_id <> NEW.body_id THEN {refuse("workinggroup_stays")} END IF;
        IF OLD.state = 'closed' OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
            (('proposed', 'active'), ('proposed', 'closed'), ('active', 'extended'), ('active', 'closed'),
             ('extended', 'closed')))
        THEN {refuse("workinggroup_arrows")} END IF;
        RETURN NEW;
    """,
)

# What was decided is not written over: only the § behind it may be named later.
mandate_stays = pgtrigger.Trigger(
    name="stays",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    declare=[("held", "text")],
    func=f"""
        SELECT g.state INTO held FROM workinggroups_workinggroup g WHERE g.body_id = OLD.group_id FOR SHARE;
        IF held <> 'proposed' THEN
            IF TG_OP = 'DELETE' OR
               (OLD.group_id, OLD.number, OLD.task, OLD.starts_on, OLD.ends_on) IS DISTINCT FROM
               (NEW.group_id, NEW.number, NEW.task, NEW.starts_on, NEW.ends_on)
            THEN {refuse("mandate_stays")} END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)
