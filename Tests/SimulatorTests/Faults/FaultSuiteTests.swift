import Foundation
import Testing

@testable import faults

/// Every case of `Tests/Cases/modbus-faults`, shortly and for correctness only; `make faults` measures punctuality and
/// that healthy devices lose nothing, which a busy machine may cost them here.
@Suite struct FaultSuiteTests {
  private static let folder = PeerRoom.repository.appendingPathComponent("Tests/Cases/modbus-faults")

  @Test(arguments: try FaultCase.all(in: folder)) func noWrongValueIsRecorded(faultCase: FaultCase) async throws {
    let size = FaultPlant.Size(healthyDevices: 3, faultyDevices: 2, seconds: 2)
    let plant = try FaultPlant(faultCase, isFaulty: true, size: size)
    let outcome = try await plant.run(seconds: size.seconds, patienceSeconds: 60)
    #expect(outcome.wrongValues.isEmpty, "\(outcome.wrongValues.prefix(5))")
    #expect(outcome.shown.fulfils(faultCase), "\(outcome.shown)")
    #expect(outcome.goodValues > 8 * FaultPlant.leastHealthyBatches / 2)
  }

  @Test func thereAreCases() throws {
    #expect(try FaultCase.all(in: Self.folder).count >= 16)
  }
}
