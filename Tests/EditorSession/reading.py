"""What the server says of a place: hover and completion."""

from editor import holds, same
from lsprotocol import types as lsp

PATH = "Rules/session.tenet"
HEAD = "rule session.basket {\n  by order_id\n  on orders.placed as o where has(o.note)\n"
RULE = HEAD + """  expect payments.captured within 15m
  unless orders.cancelled
  severity high when exposure > high_value[currency], else medium
  violation "order {order_id} to {o.ship_to.country}: {o.lines[0].quantity}" exposure abs(o.total)
}
"""


def code(text):
    return f"```tenet\n{text}\n```"


async def hover_says(editor, wanted, text=RULE):
    """Each ¦ is asked for, and its text compared; of lists the beginning."""
    await editor.start()
    editor.open(PATH, text)
    for marked, paragraphs in wanted.items():
        found = await editor.hover(PATH, marked)
        same(found.split("\n\n") if found else found, paragraphs, marked)


async def hover_of_a_field_says_its_type_description_and_currency(editor):
    await hover_says(editor, {
        "abs(o.to¦tal)": [code("total: decimal"), "What the customer pays: lines, shipping and tax, less the discount.",
                          "currency: in `currency`", "field of `orders`"],
        "{o.lines[0].quan¦tity}": [code("lines.quantity: int, at least 1"), "How many.", "field of `orders`"],
        "has(o.n¦ote)": [code("note: string"), "What the customer wrote to the shop.", "optional: may be absent, or null",
                         "personal: masked for readers without the role", "field of `orders`"],
    })


async def hover_of_streams_lets_rules_and_functions_says_what_is_documented(editor):
    await hover_says(editor, {
        "expect pay¦ments.captured": [code('stream payments { topic "payments.v1" … }'), "Payments, as the payment service publishes them.",
                                      "kinds: `authorized`, `declined`, `captured`, `refunded`"],
        "high¦_value[currency]": [
            code('let high_value = {"EUR": 500.00, "GBP": 450.00, "SEK": 5500.00, "USD": 550.00, "CAD": 750.00, "JPY": 80000.00}'),
            "From this amount on a matter is looked at by a person."],
        "unl¦ess": [code("unless"), "What excuses."],
    })
    capture = await editor.hover("Rules/payments/captures.tenet", "rule payments.capture_¦timeout")
    same(capture, code("rule payments.capture_timeout") + "\n\nA placed order is paid within a quarter of an hour, or cancelled.\n\n"
         "Of one `order_id`: for each `orders.placed`, a `payments.captured` must come within 15 minutes after it. "
         "An `orders.cancelled` in the same time excuses it. "
         "The time is widened by 1 second at both ends (`skew`), for clocks that differ.")
    absolute = await editor.hover(PATH, "exposure ab¦s(")
    same(absolute.split("\n\n"), [code("abs(int) → int\nabs(uint) → uint\nabs(double) → double\nabs(decimal) → decimal"), "without its sign",
                                  "`abs(-1.5)` is `1.5`"])


async def hover_of_a_kind_says_what_the_schema_says_of_it(editor):
    await editor.start()
    editor.open(PATH, RULE)
    found = await editor.hover(PATH, "on orders.pl¦aced as o")
    same(found.split("\n\n")[:3], [code("orders.placed"), "A customer placed an order.", "an event of the stream `orders`"])


async def hover_of_an_alias_lists_its_fields_with_their_types(editor):
    await editor.start()
    editor.open(PATH, RULE)
    found = await editor.hover(PATH, "abs(¦o.total)")
    holds(found.startswith(code("orders.placed as o") + "\n\nalias"), found)
    lines = found.split("\n")
    for line in ["- `total`: decimal", "- `lines`: list(object)", "- `note`: string (optional)"]:
        holds(line in lines, f"no `{line}` in {found}")


async def hover_of_a_field_of_two_kinds_has_the_values_of_both(editor):
    await hover_says(editor, {
        "o.ty¦pe": [code('type: string, one of "placed", "amended"'), "What happened.", "field of `orders`"],
    }, 'rule session.two {\n  on orders.placed or orders.amended as o\n  when o.type == "placed"\n}\n')


async def hover_where_no_name_stands_says_nothing(editor):
    await editor.start()
    editor.open(PATH, RULE)
    same(await editor.hover(PATH, "within 1¦5m"), None)


async def offered(editor, text, first, besides=(), never=()):
    """What stands first at the ¦ of a text that breaks off there, in the order in which it is shown; what stands somewhere, and what does not."""
    if not editor.client._server:
        await editor.start()
    before, after = text.split("¦")
    editor.open(PATH, before + after)
    answer = await editor.completion(PATH, text)
    labels = [item.label for item in sorted(answer, key=lambda item: item.sort_text)]
    same(labels[:len(first)], list(first), text)
    for label in besides:
        holds(label in labels, f"{text}: no {label} in {labels}")
    for label in never:
        holds(label not in labels, f"{text}: {label} in {labels}")
    editor.shut(PATH)
    return {item.label: item for item in answer}


def kind(item):
    return lsp.CompletionItemKind(item.kind).name


async def completion_of_streams_and_kinds(editor):
    await offered(editor, "rule a.b {\n  on ¦", ["inventory", "inventory.adjusted"], ["orders", "orders.placed", "payments.captured"], ["total"])
    kinds = await offered(editor, "rule a.b {\n  on payments.¦", ["authorized", "captured", "declined", "refunded"])
    same((kind(kinds["captured"]), kinds["captured"].detail), ("Event", "payments.captured"))


async def completion_of_fields_says_their_type_and_description(editor):
    fields = await offered(editor, HEAD + "  when o.¦", ["currency", "customer", "discount", "event_id"], ["total", "ship_to"], ["placed"])
    total = fields["total"]
    same((kind(total), total.detail, total.documentation.value),
         ("Field", "decimal", "What the customer pays: lines, shipping and tax, less the discount."))
    same(fields["note"].detail, "string, optional")
    await offered(editor, HEAD + "  when o.ship_to.c¦", ["city", "country"], never=["total"])
    await offered(editor, HEAD + "  when o.lines[0].¦", ["price", "quantity", "sku", "title"], never=["total"])
    await offered(editor, HEAD + '  violation "order {o.¦', ["currency", "customer"], ["total"])


async def completion_of_an_enum_s_values(editor):
    methods = ["standard", "express", "pickup"]
    await offered(editor, HEAD + '  when o.shipping.method == "¦', methods, never=["total"])
    await offered(editor, HEAD + '  when o.shipping.method in ["pickup", "¦"]\n}', methods)
    await offered(editor, 'fixture f = orders.placed { shipping.method: "¦', methods)
    await offered(editor, HEAD + "  severity ¦", [], ["critical", "high", "info", "low", "medium"], never=["owner"])


async def completion_of_names_and_functions_in_an_expression(editor):
    names = await offered(editor, HEAD + "  when ¦", ["o", "order_id"], ["high_value", "has", "abs", "round"], ["topic", "rule"])
    holds(names["round"].documentation.value and names["round"].detail.startswith("round("), f"{names['round']}")
    math = await offered(editor, HEAD + "  when math.¦", [], ["greatest", "least"], ["total"])
    same(kind(math["greatest"]), "Function")


async def completion_in_a_test_and_between_declarations(editor):
    await offered(editor, "¦", [], ["fixture", "hours", "kpi", "let", "lifecycle", "param", "rule", "stream", "table", "test"], never=["severity"])
    await offered(editor, 'test "t" {\n  at 10:00  ¦', ["capture"], ["new_order", "orders.placed", "time passes"])
    await offered(editor, 'test "t" {\n  expect ¦', ["compliance.account_in_note"], ["payments.capture_timeout", "no"], ["total"])


async def completion_in_messages_macros_and_lines_of_tests(editor):
    await offered(editor, HEAD + '  violation "order {¦', ["o", "order_id"], ["round"], ["severity"])
    await offered(editor, HEAD + '  violation "order" { ¦ }\n}', ["exposure", "expected", "actual", "currency"])
    await offered(editor, HEAD + "  when o.lines.exists(l, l.¦", ["price", "quantity", "sku", "title"], never=["exists"])
    await offered(editor, HEAD + "  when o.shipping.method == ¦", ['"standard"', '"express"', '"pickup"'], ["o"])
    await offered(editor, HEAD + "  ¦\n}", ["with", "expect", "then", "forbid", "over", "when"], ["severity"], ["by", "on"])
    await offered(editor, 'test "t" {\n  expect payments.¦', ["approval_rate"], ["capture_timeout"], ["captured"])
    await offered(editor, 'test "t" {\n  at 10:00  payments.¦', ["authorized"], ["captured"], ["capture_timeout"])
    await offered(editor, 'test "t" {\n  at 10:00  new_order\n  expect payments.capture_timeout dated 10:15 { ¦', ["order_id"], ["exposure"], ["total"])
    await offered(editor, 'test "t" {\n  given param ¦', [], ["busy_customer", "payments.gateway_declines.least"], ["least"])


async def completion_takes_the_place_of_the_word_before_the_cursor(editor):
    await editor.start()
    before = HEAD + "  when o.ship_to.coun"
    editor.open(PATH, before)
    country = next(item for item in await editor.completion(PATH, "o.ship_to.coun¦") if item.label == "country")
    editor.apply(PATH, [country.text_edit])
    same(editor.texts[PATH], HEAD + "  when o.ship_to.country")


async def completion_in_a_comment_offers_nothing(editor):
    await editor.start()
    editor.open(PATH, "// on orders.\n")
    same(await editor.labels(PATH, "orders.¦"), [])


CHECKS = [
    hover_of_a_field_says_its_type_description_and_currency, hover_of_streams_lets_rules_and_functions_says_what_is_documented,
    hover_of_a_kind_says_what_the_schema_says_of_it, hover_of_an_alias_lists_its_fields_with_their_types,
    hover_of_a_field_of_two_kinds_has_the_values_of_both,
    hover_where_no_name_stands_says_nothing, completion_of_streams_and_kinds,
    completion_of_fields_says_their_type_and_description, completion_of_an_enum_s_values, completion_of_names_and_functions_in_an_expression,
    completion_in_a_test_and_between_declarations,
    completion_in_messages_macros_and_lines_of_tests, completion_takes_the_place_of_the_word_before_the_cursor,
    completion_in_a_comment_offers_nothing,
]
