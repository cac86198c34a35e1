import Configuration

extension Element {
    /// The elements of a list that may not be empty, or the only one written without a list.
    ///
    /// - Parameter accepted: what is told of an empty one: `write [1s, 5s]`.
    func filled<Value>(_ accepted: String, _ read: (Element) -> Value?) -> [Value] {
        if case .sequence(let nodes) = node.content, nodes.isEmpty {
            problem("the list is empty", accepted: accepted)
        }
        return oneOrMore(read) ?? []
    }
}
