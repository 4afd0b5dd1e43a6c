"""Secrets and people's words where they do not belong: in the log, in the audit trail, in lists."""

from functools import partial

from bench.mutants.mutant import Guards, single

LOG = "bot/core/log.py"
REDACTION = "bot/core/redaction.py"
SETTINGS = "bot/core/settings.py"
LOGS = ("tests/core/test_log.py", "tests/test_secrets.py")
WORDS = ("tests/core/test_redaction.py", "tests/stories/test_words_in_the_log.py")
TRACES = ("tests/stories/test_traces.py",)

private = partial(single, guards=Guards.PRIVACY)

TRACE_MUTANTS = (
    private(
        "traces.token",
        "The bot's token stands in the log.",
        REDACTION,
        '_TOKEN.sub("[token]", text)',
        "text",
        LOGS,
        noticed_by="tests/core/test_log.py::test_a_token_never_reaches_a_line",
    ),
    private(
        "traces.secrets",
        "The secrets of the settings stand in the log.",
        REDACTION,
        'text.replace(secret, "[secret]")',
        "text",
        LOGS,
        noticed_by="tests/core/test_log.py::test_a_token_never_reaches_a_line",
    ),
    private(
        "traces.words",
        "The log and a stored error repeat what people wrote, in the text of an error.",
        REDACTION,
        'type(error).__module__.startswith("bot."):\n        yield',
        "True:\n        yield str(error)\n        yield",
        WORDS,
        noticed_by="tests/core/test_redaction.py::test_what_people_wrote_never_reaches_a_line",
    ),
    private(
        "traces.quotes",
        "The log repeats what an error quotes.",
        REDACTION,
        '_QUOTED.sub("…", str(error))',
        "str(error)",
        WORDS,
        noticed_by="tests/core/test_redaction.py::test_what_people_wrote_never_reaches_a_line",
    ),
    private(
        "traces.values",
        "The log and a stored error repeat the values that a database refused.",
        REDACTION,
        """        yield str(name)
        return
    if state :=""",
        """        yield f"{name} {error}"
        return
    if state :=""",
        WORDS,
        noticed_by="tests/core/test_redaction.py::test_what_people_wrote_never_reaches_a_line",
    ),
    private(
        "traces.forged",
        "Whoever writes a line break writes a line of the log.",
        LOG,
        "            line = escape_breaks(line.rstrip())\n",
        "            line = line.rstrip()\n",
        WORDS,
        noticed_by="tests/core/test_redaction.py::test_no_line_can_be_forged",
    ),
    private(
        "traces.half_a_token",
        "The secret half of the token is no secret.",
        SETTINGS,
        '                found |= {text, text.partition(":")[2]}\n',
        "                found |= {text}\n",
        LOGS,
        noticed_by="tests/test_secrets.py::test_a_crash_of_a_library_is_silent_in_the_log",
    ),
    private(
        "traces.password",
        "The password of the database is no secret.",
        SETTINGS,
        "            found |= {password, unquote(password)}\n",
        "            found |= set()\n",
        LOGS,
        noticed_by="tests/test_secrets.py::test_nothing_shows_it_when_printed",
    ),
    private(
        "traces.refusals",
        "The log repeats what a person was told.",
        "bot/chat/dialogue.py",
        '"code": refusal.code})',
        '"code": refusal.code, "text": text})',
        TRACES,
        noticed_by="tests/stories/test_traces.py::test_the_log_tells_what_happened_and_nobodys_words",
    ),
    private(
        "traces.answers",
        "The log repeats the answers.",
        "bot/replies.py",
        'extra={"action": "turn.answered", "parcel": message.id})',
        'extra={"action": "turn.answered", "parcel": message.id, "screen": message.screen})',
        TRACES,
        noticed_by="tests/stories/test_traces.py::test_the_log_tells_what_happened_and_nobodys_words",
    ),
    private(
        "traces.webhook",
        "The log repeats the updates as they come.",
        "bot/channels/telegram/webhook.py",
        'logger.debug("update stored", extra={"action": "telegram.webhook.stored"})',
        'logger.debug("update stored", extra={"action": "telegram.webhook.stored", "body": body})',
        ("tests/channels/test_webhook.py",),
        noticed_by="tests/channels/test_webhook.py::test_the_log_does_not_repeat_what_is_delivered",
    ),
    private(
        "traces.audit_reason",
        "The audit trail repeats why somebody was declined.",
        "bot/features/communities/actions/membership.py",
        '"teams.decline", found.id, membership=asked.id)',
        '"teams.decline", found.id, membership=asked.id, reason=reason)',
        TRACES,
        noticed_by="tests/stories/test_traces.py::test_the_audit_trail_holds_numbers_and_codes_alone",
    ),
    private(
        "traces.audit_name",
        "The audit trail holds names.",
        "bot/features/people/actions/people.py",
        '"people.register", person.id, unit=place.id, role=role)',
        '"people.register", person.id, unit=place.id, role=role, name=member.name)',
        TRACES,
        noticed_by="tests/stories/test_traces.py::test_the_audit_trail_holds_numbers_and_codes_alone",
    ),
    private(
        "traces.set_aside",
        "The list of what was set aside shows what people wrote.",
        "bot/upkeep.py",
        "{' '.join(each.error.split())}",
        "{each.body} {' '.join(each.error.split())}",
        ("tests/test_operations.py",),
        noticed_by="tests/test_operations.py::test_an_update_that_failed_is_listed_and_tried_again",
    ),
)
