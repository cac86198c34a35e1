// What a user of the simulation as a library needs: topologies, runs, comparisons and handlers in Swift from
// Simulation, and durations and ratios from Configuration. docs/handlers-in-swift.md

@_exported import Configuration
@_exported import Simulation
