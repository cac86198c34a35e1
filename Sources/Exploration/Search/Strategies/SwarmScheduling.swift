/// Some faults and some deliveries are left out of each execution as far as that can be: every kind of fault is
/// permitted or not by a coin, and a drawn half of the deliveries goes only where nobody else can. What all at once would
/// hide comes to light in some of them.
///
/// Source: Groce, Zhang, Eide, Chen, Regehr, *Swarm Testing* (ISSTA 2012).
struct SwarmScheduling: Scheduling {
    private var faults: Actions = 0
    private var favoured: UInt64 = 0

    mutating func begin(_ dice: inout Dice) {
        faults = Actions(truncatingIfNeeded: dice.next()) | Action.goOn.bit
        favoured = dice.next()
    }

    mutating func choose(
        _ enabled: UInt64, _ stepper: borrowing Stepper, _ dice: inout Dice
    ) -> Int {
        let own = enabled & favoured
        let among = own == 0 ? enabled : own
        return among.position(ofBit: dice.below(among.nonzeroBitCount))
    }

    func permitted(_ actions: Actions) -> Actions { actions & faults }
}
