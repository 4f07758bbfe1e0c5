"""Texts that change: mistakes while somebody types, what puts them right, the layout, files that others write."""

from editor import holds, same
from lsprotocol import types as lsp

PATH = "Rules/session.tenet"
RULE = """rule session.basket {
  on orders.placed as o
  when o.total > 1000
  violation "order {o.order_id}"
}
"""


def shown(mistakes):
    """`2:12-17 TN0403` of each."""
    return [f"{m.range.start.line}:{m.range.start.character}-{m.range.end.character} {m.code}" for m in mistakes]


async def mistakes_as_they_are_typed_and_put_right(editor):
    await editor.start()
    editor.open(PATH, RULE)
    same(shown(await editor.diagnostics(PATH)), [])
    editor.replace(PATH, *span(editor, "total > 1000", "total"), "totl")
    mistakes = await editor.diagnostics(PATH)
    same(shown(mistakes), ["2:9-13 TN0201"])
    same((mistakes[0].severity, mistakes[0].source), (lsp.DiagnosticSeverity.Error, "tenet"))
    same(mistakes[0].message, "`totl` is not a field of `orders.placed`\nhelp: did you mean `total`?")
    editor.type(PATH, "o.tot¦l >", "a")
    same(shown(await editor.diagnostics(PATH)), [])


def span(editor, context, word):
    start = editor.text(PATH).index(context) + context.index(word)
    return start, start + len(word)


async def a_rule_typed_key_by_key_ends_without_a_mistake(editor):
    await editor.start()
    editor.open(PATH, "")
    for at, key in enumerate(RULE):
        editor.replace(PATH, at, at, key)
        if at % 40 == 0:
            await editor.ask(editor.client.text_document_completion_async(
                lsp.CompletionParams(editor.document(PATH), editor.position(PATH, at + 1))))
    same(shown(await editor.diagnostics(PATH)), [])
    same(editor.texts[PATH], RULE)
    same(await editor.hover(PATH, "when o.to¦tal") is not None, True)


async def several_changes_in_one_message(editor):
    await editor.start()
    editor.open(PATH, RULE)
    await editor.diagnostics(PATH)
    at = editor.at(PATH, "when o.¦total")
    editor.versions[PATH] = 2
    change = lsp.TextDocumentContentChangePartial
    editor.client.text_document_did_change(lsp.DidChangeTextDocumentParams(
        lsp.VersionedTextDocumentIdentifier(2, editor.uri(PATH)),
        [change(lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)), "// one\n// two\n"),
         change(lsp.Range(lsp.Position(at.line + 2, at.character), lsp.Position(at.line + 2, at.character + 5)), "lines.size()")]))
    same(shown(await editor.diagnostics(PATH)), [])
    editor.texts[PATH] = "// one\n// two\n" + RULE.replace("o.total", "o.lines.size()")
    same((await editor.hover(PATH, "when o.lin¦es")).split("\n")[1], "lines: list(object)")


async def places_after_an_emoji_count_utf_16_units(editor):
    await emoji(editor, [lsp.PositionEncodingKind.Utf16], len('  on orders.placed as o where "xxü" == o.'))


async def places_after_an_emoji_count_bytes_where_the_client_offers_that(editor):
    await emoji(editor, [lsp.PositionEncodingKind.Utf8, lsp.PositionEncodingKind.Utf16], len('  on orders.placed as o where "xxxxüü" == o.'))


async def emoji(editor, encodings, column):
    answer = await editor.start(encodings=encodings)
    same(answer.capabilities.position_encoding, encodings[0])
    editor.open(PATH, 'rule session.basket {\n  on orders.placed as o where "😀ü" == o.totl\n}\n')
    mistakes = await editor.diagnostics(PATH)
    same([mistake for mistake in shown(mistakes) if "TN0201" in mistake], [f"1:{column}-{column + 4} TN0201"])
    # The text is changed behind the emoji, by places counted in the same way.
    editor.versions[PATH] = 2
    place = mistakes[0].range
    editor.client.text_document_did_change(lsp.DidChangeTextDocumentParams(
        lsp.VersionedTextDocumentIdentifier(2, editor.uri(PATH)), [lsp.TextDocumentContentChangePartial(place, "order_id")]))
    same(shown(await editor.diagnostics(PATH)), [])


async def a_mistake_in_one_file_is_shown_in_another_that_is_not_open(editor):
    await editor.start()
    editor.open("Rules/streams.tenet")
    await editor.diagnostics("Rules/streams.tenet")
    start = editor.text("Rules/streams.tenet").index("high_value")
    editor.replace("Rules/streams.tenet", start, start + len("high_value"), "low_value")
    closed = editor.uri("Rules/payments/captures.tenet")
    await editor.until("a mistake in captures.tenet", lambda: editor.mistakes.get(closed, (0, []))[1])
    same(editor.mistakes[closed][1][0].message.split("\n")[0], "`high_value` is not a name here")


async def a_help_line_is_an_action_that_puts_the_text_right(editor):
    await editor.start()
    editor.open(PATH, RULE.replace("orders.placed", "orders.placd"))
    same(len(await editor.diagnostics(PATH)) > 0, True)
    actions = await editor.actions(PATH, "orders.pla¦cd")
    same([(action.title, action.kind, action.is_preferred) for action in actions],
         [("replace `placd` with `placed`", lsp.CodeActionKind.QuickFix, True)])
    same(editor.apply_all(actions[0].edit), [PATH])
    same(editor.texts[PATH], RULE)
    same(shown(await editor.diagnostics(PATH)), [])


async def a_warning_can_be_allowed(editor):
    await editor.start()
    editor.open(PATH, RULE.replace("o.total > 1000", 'o.note == "x"'))
    mistakes = await editor.diagnostics(PATH)
    same([m.severity for m in mistakes], [lsp.DiagnosticSeverity.Warning])
    actions = await editor.actions(PATH, "when o.no¦te")
    allow = next(action for action in actions if action.title == f"allow {mistakes[0].code} in this rule")
    editor.apply_all(allow.edit)
    holds(f'\n  allow {mistakes[0].code} "why"\n}}\n' in editor.texts[PATH], editor.texts[PATH])
    same(shown(await editor.diagnostics(PATH)), [])


async def formatting_lays_out_as_tenet_fmt_does(editor):
    await editor.start()
    editor.open(PATH, RULE.replace("  on", "on").replace(" > ", ">") + "\n\n\n// the end, ü😀\n")
    await format(editor)
    formatted = editor.texts[PATH]
    holds(formatted.startswith(RULE), formatted)
    same(await format(editor), ())
    await editor.save()
    same((await editor.run("fmt", "--check", "Rules"))[0], 0)


async def format(editor):
    edits = await editor.ask(editor.client.text_document_formatting_async(
        lsp.DocumentFormattingParams(editor.document(PATH), lsp.FormattingOptions(2, True))))
    editor.apply(PATH, edits)
    return edits


async def a_text_with_mistakes_in_its_grammar_is_not_laid_out(editor):
    await editor.start()
    editor.open(PATH, "rule session.basket {\n  on\n")
    same(await editor.ask(editor.client.text_document_formatting_async(
        lsp.DocumentFormattingParams(editor.document(PATH), lsp.FormattingOptions(2, True)))), None)


async def a_file_that_changed_on_the_disk_is_read_again(editor):
    await editor.start()
    editor.open(PATH, RULE)
    same(shown(await editor.diagnostics(PATH)), [])
    await editor.until("the server asks for files to be watched", lambda: editor.asked)
    watchers = editor.asked[0].registrations[0].register_options["watchers"]
    same([watcher["globPattern"] for watcher in watchers], ["**/*.tenet", "**/*.json", "**/tenet.yaml"])
    await tell_of(editor, "Rules/extra.tenet", "rule session.basket {\n  on orders.placed\n}\n", lsp.FileChangeType.Created)
    await editor.until("the name that stands twice", lambda: any("session.basket" in m.message for m in all_mistakes(editor)))
    await tell_of(editor, "Rules/extra.tenet", None, lsp.FileChangeType.Deleted)
    await editor.until("no mistake", lambda: not any("session.basket" in m.message for m in all_mistakes(editor)))


async def a_schema_that_changed_on_the_disk_is_read_again(editor):
    await editor.start()
    editor.open(PATH, RULE)
    same(shown(await editor.diagnostics(PATH)), [])
    name = "Schemas/order-event.schema.json"
    schema = (editor.folder / name).read_text()
    await tell_of(editor, name, schema.replace('"total"', '"sum_total"'), lsp.FileChangeType.Changed)
    await editor.until("`total` is no field", lambda: "2:9-14 TN0201" in shown(editor.mistakes[editor.uri(PATH)][1]))
    await tell_of(editor, name, schema, lsp.FileChangeType.Changed)
    await editor.until("no mistake", lambda: not all_errors(editor))


def all_mistakes(editor):
    return [mistake for _, mistakes in editor.mistakes.values() for mistake in mistakes]


def all_errors(editor):
    return [mistake for mistake in all_mistakes(editor) if mistake.severity == lsp.DiagnosticSeverity.Error]


async def tell_of(editor, name, text, change):
    path = editor.folder / name
    path.write_text(text) if text is not None else path.unlink()
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([lsp.FileEvent(editor.uri(name), change)]))


async def a_file_that_is_closed_without_saving_counts_as_on_the_disk(editor):
    await editor.start()
    path = "Rules/payments/captures.tenet"
    editor.open(path, editor.text(path).replace("orders.placed", "orders.nothing"))
    await editor.until("mistakes", lambda: all_errors(editor))
    editor.shut(path)
    await editor.until("no mistake", lambda: not all_errors(editor))


async def a_big_paste_is_checked(editor):
    await editor.start()
    editor.open(PATH, "")
    rules = "".join(RULE.replace("session.basket", f"session.basket_{n}").replace("1000", f"{n}.00") for n in range(1_000))
    editor.replace(PATH, 0, 0, rules + RULE.replace("total", "totl"))
    found = [mistake for mistake in shown(await editor.diagnostics(PATH)) if "TN0201" in mistake]
    same(found, [f"{5 * 1_000 + 2}:9-13 TN0201"])
    same(len(await editor.ask(editor.client.text_document_document_symbol_async(
        lsp.DocumentSymbolParams(editor.document(PATH))))), 1_001)
    editor.replace(PATH, 0, len(editor.texts[PATH]), "")
    same(shown(await editor.diagnostics(PATH)), [])


CHECKS = [
    mistakes_as_they_are_typed_and_put_right, a_rule_typed_key_by_key_ends_without_a_mistake, several_changes_in_one_message,
    places_after_an_emoji_count_utf_16_units, places_after_an_emoji_count_bytes_where_the_client_offers_that,
    a_mistake_in_one_file_is_shown_in_another_that_is_not_open, a_help_line_is_an_action_that_puts_the_text_right,
    a_warning_can_be_allowed, formatting_lays_out_as_tenet_fmt_does, a_text_with_mistakes_in_its_grammar_is_not_laid_out,
    a_file_that_changed_on_the_disk_is_read_again, a_schema_that_changed_on_the_disk_is_read_again,
    a_file_that_is_closed_without_saving_counts_as_on_the_disk, a_big_paste_is_checked,
]
