"""The plans under which the torture runs, in the form in which schedules have them."""

WINDOW = {"records": "5..50", "bytes": 65536, "maxWait": "none"}


def plan(*rules):
    return {"version": 1, "seed": "torture", "window": WINDOW, "rules": list(rules)}


# The plan that the proxy has by itself, but for windows that no clock closes.
DEFAULT = plan(
    {"name": "shuffle", "order": "shuffle"},
    {"name": "drop", "drop": "0.02"},
    {"name": "duplicate",
     "duplicate": {"probability": "0.02", "copies": "1..1", "place": "adjacent"}})
# Deliveries that wait for longer than a transaction lasts: windows are emitted in parts.
DELAYED = plan(
    {"name": "perKey", "order": "perKey"},
    {"name": "again", "duplicate": {"probability": "0.03", "copies": "1..3", "place": "anywhere"}},
    {"name": "late", "delay": {"probability": "0.01", "time": "uniform(1ms..300ms)"}})
SPOILED = plan(
    {"name": "near", "order": {"displacement": 7}},
    {"name": "drop", "drop": "0.01"},
    {"name": "cut", "corrupt": {"truncate": "0.02"}},
    {"name": "flip", "corrupt": {"flip": "0.02"}},
    {"name": "null", "corrupt": {"null": "0.01"}})

ALL = {"default": DEFAULT, "delayed": DELAYED, "spoiled": SPOILED}
