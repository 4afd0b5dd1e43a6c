"""The gates of the installation: buttons, visitors, forms, the webhook, the page."""

from bench.mutants.mutant import single

SEAL = "bot/chat/seal.py"
WEBHOOK = "bot/channels/telegram/webhook.py"
SEALS = ("tests/chat/test_seal.py",)
DOORSTEP = ("tests/channels/test_webhook.py",)

GATE_MUTANTS = (
    single(
        "chat.seal",
        "A button works for everybody who gets hold of it.",
        SEAL,
        "person = str(person_id).encode()",
        'person = b""',
        SEALS,
        noticed_by="tests/chat/test_seal.py::test_a_token_opens_for_its_person_alone",
    ),
    single(
        "chat.seal_key",
        "Whoever has the source makes buttons.",
        SEAL,
        "blake2b(key.encode(), digest_size=64,",
        'blake2b(b"halqa", digest_size=64,',
        SEALS,
        noticed_by="tests/chat/test_seal.py::test_a_token_opens_for_its_person_alone",
    ),
    single(
        "chat.visitors",
        "Whom nobody has let in comes everywhere.",
        "bot/chat/router.py",
        "if not route.admits(turn.person):",
        "if not (route.open or turn.person.id):",
        ("tests/chat/test_gate.py",),
        noticed_by="tests/chat/test_gate.py::test_every_button_of_the_members_leads_to_the_gate",
    ),
    single(
        "chat.permit",
        "A form opens without its right being asked.",
        "bot/chat/forms/engine.py",
        """    if form.permit:
        await form.permit(turn, Answers(known))
""",
        "",
        (
            "tests/features/test_communities.py",
            "tests/chat/test_forms.py",
            "tests/chat/test_form_sessions.py",
        ),
        noticed_by="tests/features/test_communities.py::test_a_teacher_asks_and_the_lead_accepts",
    ),
    single(
        "chat.permit_again",
        "Whoever goes on with a form is not asked for the right again.",
        "bot/chat/forms/ending.py",
        """    try:
        await form.permit(turn, Answers(known_of(state)))
    except Refused as refusal:
        given""",
        """    try:
        known_of(state)
    except Refused as refusal:
        given""",
        ("tests/stories/test_half_filled_forms.py", "tests/chat/test_form_sessions.py"),
        noticed_by="tests/stories/test_half_filled_forms.py::test_a_form_about_what_is_no_more_ends_with_the_reason",
    ),
    single(
        "webhook.secret",
        "Anybody delivers updates who sends any secret.",
        WEBHOOK,
        'if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), '
        "self._secret.encode()):",
        "if not given:",
        DOORSTEP,
        noticed_by="tests/channels/test_webhook.py::test_nobody_gets_in_without_the_secret",
    ),
    single(
        "webhook.derived_secret",
        "The secret of the webhook does not come from the installation's key.",
        WEBHOOK,
        'hmac.digest(key.encode(), b"telegram webhook", "sha256")',
        'hmac.digest(b"halqa", b"telegram webhook", "sha256")',
        ("tests/stories/test_several_bots.py",),
        noticed_by="tests/stories/test_several_bots.py::test_each_lets_in_what_telegram_delivers_for_the_other",
    ),
    single(
        "webhook.chunked",
        "A body that does not say its size is read however large it is.",
        WEBHOOK,
        "        if len(body) > SIZE_LIMIT:\n            return None\n",
        "",
        DOORSTEP,
        noticed_by="tests/channels/test_webhook.py::test_what_does_not_say_how_large_it_is_is_read_no_further_either",
    ),
    single(
        "simulator.origin",
        "Any site in the same browser drives the simulator's people.",
        "bot/simulator/control.py",
        "            _check_origin(request)\n",
        "",
        ("tests/simulator/test_control.py",),
        noticed_by="tests/simulator/test_control.py::test_other_sites_and_wrong_requests_are_refused",
    ),
    single(
        "web.host",
        "The web server listens to the whole network where nothing is set.",
        "bot/core/settings.py",
        'listen_host: str = "127.0.0.1"',
        'listen_host: str = "0.0.0.0"',
        ("tests/core/test_settings.py",),
        noticed_by="tests/core/test_settings.py::test_the_web_server_listens_to_this_machine_alone",
    ),
    single(
        "files.key",
        "Everybody on the machine reads the key that seals the buttons.",
        "bot/app.py",
        "os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)",
        "os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)",
        ("tests/stories/test_several_bots.py",),
        noticed_by="tests/stories/test_several_bots.py::test_the_key_of_a_bot_that_was_faster_stays",
    ),
    single(
        "files.data",
        "Everybody on the machine reads the folder of the database.",
        "bot/app.py",
        "close_to_group(folder, 0o700)",
        "close_to_group(folder, 0o755)",
        ("tests/test_one_line.py",),
        noticed_by="tests/test_one_line.py::test_data_folder_and_database_are_their_owner_s_alone",
    ),
    single(
        "files.backup",
        "Everybody on the machine reads a backup.",
        "bot/storage/backup.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)",
        ("tests/storage/test_backup.py",),
        noticed_by="tests/storage/test_backup.py::test_a_copy_is_one_file_for_its_owner_alone_and_without_the_key",
    ),
)
