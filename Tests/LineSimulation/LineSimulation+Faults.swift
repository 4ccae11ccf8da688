import Devices
import FaultDisk
import Ledger
import Recorder
import Shopfloor

/// What goes wrong, and when it is over.
extension LineSimulation {
  /// A fault in three hours on the average, and never two at one instant.
  func nextFaultPause() -> Int64 {
    guard options.faultRate > 0 else { return .max / 2 }
    return faultRandom.microseconds(60...2_400 / max(options.faultRate, 0.01))
  }

  func count(_ fault: String) {
    report.faults[fault, default: 0] += 1
    journal.note("fault \(fault)\n")
  }

  func breakSomething() throws {
    guard machine != nil else { return }
    // A disk that fails may lose its process or its power too; two faults of the disk at once are one.
    if isDiskFaulty {
      switch Int.random(in: 0..<6, using: &faultRandom) {
      case 0: try kill(atOnce: true)
      case 1: try cutPower(atOnce: true)
      default: return
      }
      return
    }
    if options.hasLyingDisk, faultRandom.chance(0.2) { return lie() }
    switch Int.random(in: 0..<13, using: &faultRandom) {
    case 0: try restart()
    case 1: try kill(atOnce: true)
    case 2: try kill(atOnce: false)
    case 3: try cutPower(atOnce: true)
    case 4, 5: try cutPower(atOnce: false)
    case 6, 7: failCalls()
    case 8: fillDisk()
    case 9: makeReadOnly()
    case 10, 11: stepClock()
    default: flood()
    }
  }

  private func restart() throws {
    count("restart")
    try checkReplay()
    try restartCleanly()
  }

  private func kill(atOnce: Bool) throws {
    powerCutIsDue = false
    guard atOnce else { return disk.crash(at: Int64.random(in: 1...80, using: &faultRandom), .keep) }
    try checkReplay()
    disk.crash(.keep)
    try powerWent()
  }

  private func cutPower(atOnce: Bool) throws {
    powerCutIsDue = true
    let loss = faultRandom.pick([FaultDisk.Loss.drop, .reorder, .tear]) ?? .tear
    guard atOnce else { return disk.crash(at: Int64.random(in: 1...80, using: &faultRandom), loss) }
    disk.crash(loss)
    try powerWent()
  }

  private func failCalls() {
    let kinds: [(String, FaultDisk.Calls)] = [
      ("failing writes", .write), ("failing syncs", .sync), ("failing reads", .read), ("failing calls", .any),
    ]
    guard let (name, calls) = faultRandom.pick(kinds) else { return }
    count(name)
    let isLong = faultRandom.chance(0.3)
    disk.fail(
      at: Int64.random(in: 1...60, using: &faultRandom), of: calls, with: .inputOutput,
      count: isLong ? -1 : Int64.random(in: 1...3, using: &faultRandom))
    faultLasts(5...90)
  }

  private func fillDisk() {
    count("disk full")
    let path = SimulatedPlant.ledgerPath
    let used = [path, path + "-wal", path + "-journal"].reduce(Int64(0)) { $0 + (disk.size(of: $1) ?? 0) }
    disk.setCapacity(bytes: used + disk.reservedBytes + Int64.random(in: 0...200_000, using: &faultRandom))
    faultLasts(20...900)
  }

  private func makeReadOnly() {
    count("read-only")
    disk.setReadOnly(true)
    faultLasts(5...120)
  }

  /// Until the next power cut, or some other fault is over.
  private func lie() {
    count("lying syncs")
    hasLied = true
    disk.lie(percent: 50)
  }

  private func faultLasts(_ seconds: ClosedRange<Double>) {
    isDiskFaulty = true
    agenda[Actor.heal.rawValue] = clock.trueTime + faultRandom.microseconds(seconds)
  }

  private func stepClock() {
    let forward = faultRandom.chance(0.5)
    count(forward ? "clock forward" : "clock back")
    let step = faultRandom.microseconds(faultRandom.chance(0.3) ? 60...3_600 : 0.5...30)
    clock.stepUTC(by: forward ? step : -step)
  }

  /// A device sends more at once than the inbox holds.
  private func flood() {
    count("flood")
    for _ in 0..<Int.random(in: 10...40, using: &faultRandom) {
      let now = clock.now().utc
      offer(
        SimulatedPlant.plc,
        (0..<100).map { Reading(parameter: ParameterIndex(0), time: now, value: 175 + Double($0) / 10) })
    }
  }

  // MARK: The end of a fault

  func healDisk() {
    disk.heal()
    disk.setCapacity(bytes: nil)
    disk.setReadOnly(false)
    disk.crash(at: 0, .keep)
    disk.lie(percent: planted == .lyingDisk ? 100 : 0)
    isDiskFaulty = false
    agenda[Actor.heal.rawValue] = .max
  }

  func heal() throws -> Int64 {
    healDisk()
    if machine == nil { try start() }
    if machine != nil { recordingDueAt = clock.trueTime + 10_000_000 }
    return agenda[Actor.heal.rawValue]
  }

  /// Puts a planted defect to work.
  func sabotage(_ load: inout InboxLoad) {
    guard let planted, report.steps > 200 else { return }
    switch planted {
    case .dropsAcknowledged:
      guard let place = load.readings.firstIndex(where: { $0.acknowledge != nil }) else { return }
      load.readings.remove(at: place).acknowledge?(.durable)
    case .storesTwice:
      guard let readings = load.readings.first(where: { $0.acknowledge == nil }) else { return }
      load.readings.append(readings)
    case .changesValue:
      guard let place = load.readings.firstIndex(where: { $0.batches[0].readings[0].quality.isGood }) else { return }
      load.readings[place].batches[0].readings[0].value += 0.5
    case .reorders:
      let places = load.readings.indices.filter { load.readings[$0].batches[0].device == SimulatedPlant.plc }
      guard places.count > 1 else { return }
      load.readings.swapAt(places[0], places[1])
    case .forgetsCommand, .lyingDisk: return
    }
    self.planted = nil
  }
}
