import Devices
import FaultDisk
import Ledger
import Recorder
import Shopfloor

/// The real recorder, floor and ledger among simulated devices, people, ERP and faults, in virtual time and on one thread.
///
/// Nothing but the seed decides what happens. After each turn of the recorder the ledger is held against the journal of
/// what was sent and answered; after each restart and at the end everything that can be computed anew is.
public final class LineSimulation: @unchecked Sendable {
  // Proof of Sendable: one thread makes it, runs it and calls every closure that captures it.
  public let options: SimulationOptions
  let clock = SimulatedClock()
  let disk: FaultDisk
  let journal = Journal()
  var mirror = LedgerMirror()
  var machine: Machine?
  var report: SimulationReport
  var random: SplitMix64
  var agenda: [Int64]
  let pace: SimulatedPlant.Pace
  var highLimit = 190.0
  var polled: [PolledDevice]
  var messaging: MessagingDevice
  var people: [SimulatedPeople]
  var quality: SimulatedQuality
  var erp: SimulatedERP
  var faultRandom: SplitMix64
  /// While a fault of the disk lasts, reading may fail and recording may stand still.
  var isDiskFaulty = false
  /// Recording must be back by then, in true time; nil: nothing is expected.
  var recordingDueAt: Int64?
  /// Whether the disk has lied since the ledger was last known to be whole.
  var hasLied = false
  var isDeliveryUnderWay = false
  /// Whether the crash that is ordered is one of the whole machine.
  var powerCutIsDue = false
  /// Whether this life began after one.
  var wasPowerCut = false
  /// How often the recorder keeps its state, in microseconds.
  let checkpointInterval: Int64
  /// Batches that earlier checks have looked at.
  var checkedSent = 0
  /// What broke while a duty had the recorder turn; errors cannot pass through the duty.
  var brokenInDuty: (any Error)?
  var duties: [any LedgerDuty] = []
  var planted: PlantedDefect?

  /// Everything that acts. The order decides who goes first at one instant.
  enum Actor: Int, CaseIterable {
    case plc, press, gateway, sealer, oven, store, quality, erp, sealing, delivery, duty, plan
    case fault, heal
  }

  /// One life of the recorder.
  final class Machine {
    let core: RecorderCore
    var queue: InboxQueue
    let reader: LedgerReader
    let number: Int
    /// By the monotonic clock.
    var lastTake: Int64
    /// How many commits of this life the checks have followed.
    var followedCommits: UInt64 = 0

    init(core: RecorderCore, queue: InboxQueue, reader: LedgerReader, number: Int, lastTake: Int64) {
      self.core = core
      self.queue = queue
      self.reader = reader
      self.number = number
      self.lastTake = lastTake
    }
  }

  public init(_ options: SimulationOptions) {
    self.options = options
    var random = SplitMix64(seed: options.seed)
    disk = FaultDisk(seed: random.next())
    let seconds = { (range: ClosedRange<Double>) in random.microseconds(range) }
    pace = SimulatedPlant.Pace(plc: seconds(1...6), press: seconds(2...6), gateway: seconds(2...20))
    checkpointInterval = seconds(10...300)
    polled = [
      PolledDevice(SimulatedPlant.plc, intervalMicroseconds: pace.plc, random: random.fork()),
      PolledDevice(SimulatedPlant.press, intervalMicroseconds: pace.press, random: random.fork()),
    ]
    messaging = MessagingDevice(intervalMicroseconds: pace.gateway, random: random.fork())
    people = [
      SimulatedPeople(SimulatedPlant.sealer, random: random.fork()),
      SimulatedPeople(SimulatedPlant.oven, random: random.fork()),
      SimulatedPeople(SimulatedPlant.store, random: random.fork()),
    ]
    quality = SimulatedQuality(random: random.fork())
    erp = SimulatedERP(random: random.fork())
    faultRandom = random.fork()
    self.random = random
    agenda = Actor.allCases.map { _ in 0 }
    agenda[Actor.heal.rawValue] = .max
    report = SimulationReport(options: options)
    duties = [Self.packing()]
    planted = options.planted
    if planted == .lyingDisk { disk.lie(percent: 100) }
  }

  /// Runs to the end or to the first broken promise. Once.
  public func run() -> SimulationReport {
    let started = ContinuousClock.now
    do {
      try live()
      try finish()
    } catch let broken as BrokenPromise {
      report.broken = broken
    } catch is RefusedAfterLie {
      report.wasRefusedAfterLie = true
    } catch {
      report.broken = BrokenPromise(.comesBack, "an error that no fault explains: \(error)")
    }
    let elapsed = started.duration(to: .now).components
    report.elapsedSeconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    tally()
    return report
  }

  private func live() throws {
    agenda[Actor.fault.rawValue] = nextFaultPause()
    agenda[Actor.plan.rawValue] = faultRandom.microseconds(1_800...20_000)
    try start()
    let end = Int64(options.hours * 3_600_000_000)
    while clock.trueTime < end, report.steps < options.maximumSteps ?? .max {
      guard let place = agenda.indices.min(by: { agenda[$0] < agenda[$1] }), let actor = Actor(rawValue: place) else {
        return
      }
      do {
        try goOn(actor)
      } catch  where !(error is BrokenPromise) && !disk.hasPower {
        // The power went while somebody read.
        try powerWent()
      }
      if machine != nil, !disk.hasPower { try powerWent() }
    }
  }

  private func goOn(_ actor: Actor) throws {
    let due = recorderDue()
    if due <= agenda[actor.rawValue] {
      clock.advance(to: due)
      try turn()
    } else {
      clock.advance(to: agenda[actor.rawValue])
      agenda[actor.rawValue] = .max
      let next = try act(actor)
      agenda[actor.rawValue] = min(agenda[actor.rawValue], next)
    }
  }

  /// When the recorder has something to do, in true time.
  private func recorderDue() -> Int64 {
    guard let machine else { return .max }
    let monotonic = clock.now().monotonicMicroseconds
    let tick = machine.lastTake + RecorderCore.tickMicroseconds
    return clock.trueTime(ofMonotonic: max(min(machine.queue.dueAt(monotonic), tick), monotonic))
  }

  /// One turn of the recorder, and the cheap checks after it.
  func turn() throws {
    guard let machine else { return }
    let monotonic = clock.now().monotonicMicroseconds
    var load = machine.queue.take(now: monotonic)
    sabotage(&load)
    let turn = machine.core.step(load)
    machine.lastTake = monotonic
    machine.queue.putBack(turn.putBack, holdMicroseconds: RecorderCore.tickMicroseconds, now: monotonic)
    report.steps += 1
    guard disk.hasPower else { return try powerWent() }
    clock.advance(by: random.microseconds(0.0002...0.004))
    try checkTurn(machine)
  }

  private func tally() {
    report.virtualMicroseconds = clock.trueTime
    report.commits = mirror.lastGroup
    report.events = mirror.lastSequence
    report.readings = mirror.readingCount
    report.segments = mirror.segments
    report.sealedRecords = mirror.sealed.count
    report.deliveries = erp.received.count
    var digest = mirror.digest
    digest.add(mirror.lastHash)
    digest.add(journal.digest.text)
    report.digest = digest.text
  }
}

/// A disk that lied left a ledger that was refused with a message.
struct RefusedAfterLie: Error {}
