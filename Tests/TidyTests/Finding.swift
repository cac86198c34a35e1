/// A place that breaks a rule of the house.
struct Finding: Equatable, CustomStringConvertible {
    let file: String
    let line: Int
    let message: String

    init(_ file: String, _ line: Int, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    var description: String { "\(file):\(line): \(message)" }
}
