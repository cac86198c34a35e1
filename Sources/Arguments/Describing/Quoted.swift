/// The text in quotes for a message, control characters escaped.
func quoted(_ text: String) -> String { text.debugDescription }
