import Simulation
import Testing

@testable import Reporting

@Suite struct FigureTableTests {
    @Test func `every figure has its place in the table, once`() {
        let placed = FigureTable.groups.flatMap { $0 }
        #expect(placed.count == Set(placed).count)
        #expect(Set(placed) == Set(Figure.allCases))
    }
}
