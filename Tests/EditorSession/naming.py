"""Where names are declared and used, and what renames them: the answers are held against a search in the texts."""

import re

from editor import holds, same
from lsprotocol import types as lsp

CAPTURES, STREAMS = "Rules/payments/captures.tenet", "Rules/streams.tenet"


# A stream's name stands alone or before a kind; `orders.express_late` is a rule.
ORDERS = r"orders(?=\.(?:placed|amended|cancelled)\b|[ ,{]|$)"


def written(editor, name, pattern=None):
    """Where a name stands outside of comments, as `Editor.places` says it."""
    found = []
    for path in editor.files():
        for number, line in enumerate(editor.text(path).split("\n"), 1):
            code = re.sub(r"(^|\s)//.*", "", line)
            # Texts hold names in braces only.
            code = re.sub(r'"[^"]*"', lambda text: " ".join(re.findall(r"{[^}]*}", text[0])), code)
            found += [f"{path}:{number} {name}" for _ in re.finditer(rf"(?<![\w.])(?:{pattern or re.escape(name)})(?![\w])", code)]
    return found


async def definition_in_another_file(editor):
    await editor.start()
    same(await editor.definition(CAPTURES, "exposure > high¦_value[currency]"), [f"{STREAMS}:{line(editor, STREAMS, 'let high_value')} high_value"])
    same(await editor.definition(CAPTURES, "expect pay¦ments.captured within 15m"), [f"{STREAMS}:{line(editor, STREAMS, 'stream payments')} payments"])
    same(await editor.definition(CAPTURES, "new_or¦der { total: 500.01 }"),
         [f"Rules/fixtures.tenet:{line(editor, 'Rules/fixtures.tenet', 'fixture new_order')} new_order"])


async def definition_of_a_field_is_in_its_schema(editor):
    await editor.start()
    same(await editor.definition("Rules/compliance/trade.tenet", "when o.ship_to.coun¦try in embargoed"),
         [f'Schemas/order-event.schema.json:{line(editor, "Schemas/order-event.schema.json", chr(34) + "country" + chr(34) + ":")} "country"'])


async def definition_of_a_schema_s_name_is_the_file(editor):
    await editor.start()
    same(await editor.definition(STREAMS, '"order-ev¦ent.schema.json"'), ["Schemas/order-event.schema.json:1 "])


def line(editor, path, text):
    """The number of the first line that holds a text."""
    return next(number for number, line in enumerate(editor.text(path).split("\n"), 1) if text in line)


async def references_in_all_files_are_those_of_a_search(editor):
    await editor.start()
    for name, path, marked, pattern in [("high_value", CAPTURES, "exposure > high¦_value[currency]", None),
                                        ("new_order", CAPTURES, "new_or¦der { total: 500.01 }", None),
                                        ("orders", STREAMS, "stream ord¦ers {", ORDERS)]:
        found = await editor.references(path, marked)
        same(sorted(found), sorted(written(editor, name, pattern)), name)
        holds(len({place.split(":")[0] for place in found}) > 1, f"{name} is in one file only")
        uses = await editor.references(path, marked, declaration=False)
        same(len(uses), len(found) - 1, name)


async def references_of_what_an_editor_has_changed_are_those_of_its_text(editor):
    await editor.start()
    editor.open(CAPTURES)
    before = await editor.references(STREAMS, "let high¦_value =")
    editor.type(CAPTURES, "¦/// A placed order is paid", "// one line more\n")
    after = await editor.references(STREAMS, "let high¦_value =")
    holds(before != after, "the places did not move")
    same(sorted(after), sorted(written(editor, "high_value")))


async def rename(editor, path, marked, new):
    return await editor.ask(editor.client.text_document_rename_async(
        lsp.RenameParams(editor.document(path), editor.at(path, marked), new)))


async def renamed(editor, path, marked, old, new, pattern=None):
    """Renames, and checks and tests the program on the disk as it then is."""
    await editor.start()
    before = [await editor.run("check", "Rules"), await editor.run("test", "Rules")]
    wanted = written(editor, old, pattern)
    place = await editor.ask(editor.client.text_document_prepare_rename_async(
        lsp.PrepareRenameParams(editor.document(path), editor.at(path, marked))))
    same(place.placeholder, old)
    edit = await rename(editor, path, marked, new)
    changed = editor.apply_all(edit)
    same(changed, sorted({place.split(":")[0] for place in wanted}))
    same(len(written(editor, new, pattern and pattern.replace(old, new, 1))), len(wanted))
    same(written(editor, old, pattern), [])
    await editor.save()
    after = [await editor.run("check", "Rules"), await editor.run("test", "Rules")]
    same([code for code, _ in after], [code for code, _ in before], after[0][1][:400])
    same(after[1][1].split("\n")[-2], before[1][1].split("\n")[-2])
    return changed


async def rename_of_a_let_in_all_files(editor):
    changed = await renamed(editor, CAPTURES, "exposure > high¦_value[currency]", "high_value", "matter_of_weight")
    holds(len(changed) > 2, f"{changed}")


async def rename_of_a_stream_in_all_files(editor):
    changed = await renamed(editor, STREAMS, "stream ord¦ers {", "orders", "purchases", ORDERS)
    holds(len(changed) > 5, f"{changed}")


async def rename_of_a_rule_and_of_what_its_tests_expect(editor):
    await renamed(editor, CAPTURES, "rule payments.capture¦_timeout {", "payments.capture_timeout", "payments.paid_too_late")


async def rename_of_a_fixture_in_all_files(editor):
    await renamed(editor, "Rules/fixtures.tenet", "fixture new¦_order =", "new_order", "a_basket")


async def rename_of_an_alias_stays_in_its_rule(editor):
    await editor.start()
    editor.open(CAPTURES)
    edit = await rename(editor, CAPTURES, "on payments.captured as ¦p\n", "taken")
    same(editor.apply_all(edit), [CAPTURES])
    text = editor.texts[CAPTURES]
    holds("on payments.captured as taken\n" in text and "{taken.amount} {taken.currency}" in text, text)
    holds("on payments.authorized or payments.captured as p\n  when !(p.currency" in text, text)
    same([mistake.message for mistake in await editor.diagnostics(CAPTURES)], [])


async def rename_of_a_rule_s_param_takes_the_tests_that_give_it_along(editor):
    await renamed(editor, "Rules/payments/attempts.tenet", "param le¦ast int", "least", "fewest")


async def rename_of_a_part_of_a_key_takes_what_tests_ask_along(editor):
    path = "Rules/fraud/customers.tenet"
    await editor.start()
    editor.open(path)
    editor.apply_all(await rename(editor, path, "by custo¦mer = o.customer.id", "buyer"))
    holds('{ buyer: "c-1", currency' in editor.texts[path] and "o.customer.id" in editor.texts[path], editor.texts[path])
    same([mistake.message for mistake in await editor.diagnostics(path)], [])


async def rename_of_a_state_is_refused_where_it_is_a_kind(editor):
    path = "Rules/lifecycles.tenet"
    await editor.start()
    same((await rename(editor, path, "state pa¦id    =", "settled")).changes.keys(), {editor.uri(path)})
    code, message = await editor.refusal(rename(editor, path, "  pla¦ced    -> placed, amended", "begun"))
    same((code, message), (-32803, "nothing here can be renamed: kinds and fields are named by the schemas"))


async def rename_to_a_name_that_is_taken_or_none_is_refused(editor):
    await editor.start()
    for new, why in [("orders", "`orders` is the name of a stream already"), ("a b", "`a b` is no name"), ("", "`` is no name")]:
        code, message = await editor.refusal(rename(editor, CAPTURES, "exposure > high¦_value[currency]", new))
        holds(code == -32803 and message.startswith(why), f"{new}: {code} {message}")
    code, message = await editor.refusal(rename(editor, CAPTURES, "expect payments.cap¦tured within 15m", "taken"))
    same((code, message), (-32803, "nothing here can be renamed: kinds and fields are named by the schemas"))


async def symbols_of_a_document_and_of_the_workspace(editor):
    await editor.start()
    symbols = await editor.ask(editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.document(STREAMS))))
    declared = re.findall(r"^(stream|let) (\w+)", editor.text(STREAMS), re.M)
    same([(symbol.detail, symbol.name) for symbol in symbols], declared)
    found = await editor.ask(editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams("capture_timeout")))
    same([symbol.name for symbol in found], ["payments.capture_timeout"])
    same(editor.places([found[0].location]), [f"{CAPTURES}:{line(editor, CAPTURES, 'rule payments.capture_timeout')} payments.capture_timeout"])


CHECKS = [
    definition_in_another_file, definition_of_a_field_is_in_its_schema, definition_of_a_schema_s_name_is_the_file,
    references_in_all_files_are_those_of_a_search, references_of_what_an_editor_has_changed_are_those_of_its_text,
    rename_of_a_let_in_all_files, rename_of_a_stream_in_all_files, rename_of_a_rule_and_of_what_its_tests_expect,
    rename_of_a_fixture_in_all_files, rename_of_an_alias_stays_in_its_rule,
    rename_of_a_rule_s_param_takes_the_tests_that_give_it_along, rename_of_a_part_of_a_key_takes_what_tests_ask_along,
    rename_of_a_state_is_refused_where_it_is_a_kind, rename_to_a_name_that_is_taken_or_none_is_refused,
    symbols_of_a_document_and_of_the_workspace,
]
