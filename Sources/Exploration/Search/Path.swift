/// The states along one execution, and what is left to be tried at each.
struct Path: ~Copyable {
    private let words: Int
    private var states: UnsafeMutablePointer<Int32>
    private var capacity: Int
    private(set) var depth = 0
    /// Deliveries whose turn is still to be tried at each depth.
    var slots: [UInt64] = []
    /// Of the delivery that is tried now: actions that are left, and what is under way.
    var actions: [Actions] = []
    var choices: [Choice] = []
    /// The state's number, where they have one.
    var numbers: [Int] = []

    init(words: Int) {
        self.words = words
        capacity = 64
        states = .allocate(capacity: capacity * words)
    }

    deinit { states.deallocate() }

    mutating func push(_ state: UnsafePointer<Int32>, _ enabled: UInt64, _ number: Int) {
        if depth == capacity { grow() }
        (states + depth * words).update(from: state, count: words)
        if depth == slots.count {
            slots.append(enabled)
            actions.append(0)
            choices.append(Choice(0))
            numbers.append(number)
        } else {
            slots[depth] = enabled
            actions[depth] = 0
            numbers[depth] = number
        }
        depth += 1
    }

    mutating func pop() { depth -= 1 }

    /// The state at the end of the path.
    var top: UnsafeMutablePointer<Int32> { states + (depth - 1) * words }

    /// What led here from the start.
    var taken: [Choice] { Array(choices[..<max(0, depth - 1)]) }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2 * words)
        larger.moveInitialize(from: states, count: depth * words)
        states.deallocate()
        states = larger
        capacity *= 2
    }
}
