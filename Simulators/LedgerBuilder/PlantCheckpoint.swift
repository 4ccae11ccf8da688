import Devices
import Foundation
import Shopfloor

/// The state that a recorder restarts from, in the form of its checkpoints ("LWC5"): the floor after all events, and no plan
/// in force, since the made-up plant has no devices that will ever answer again.
enum PlantCheckpoint {
  private struct Rest: Codable {
    var floor: Floor
    var clock: ClockReading
    var stations: [Int] = []
    var unusual: [Int] = []
    var texts: [UInt32: String] = [:]
  }

  /// Nil where the state cannot be written down; then a recorder judges everything again.
  static func bytes(_ floor: Floor, clock: ClockReading) -> [UInt8]? {
    var floor = floor
    floor.apply(
      .planApplied(PlanApplied(digest: "", plan: LinePlan(site: "", line: "", stations: []), changes: [])))
    // A history without a checkpoint is whole too.
    guard let json = try? JSONEncoder().encode(Rest(floor: floor, clock: clock)) else { return nil }
    func fixed(_ count: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(count).littleEndian) { [UInt8]($0) } }
    return Array("LWC5".utf8) + fixed(json.count) + json + fixed(0)
  }
}
