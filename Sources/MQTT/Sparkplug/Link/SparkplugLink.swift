import Devices
import Shopfloor
import Synchronization

/// A connection of its own, with a clean session, that drives a ``SparkplugMachine`` on one thread.
final class SparkplugLink<Machine: SparkplugMachine>: Sendable {
  /// What the machine is connected to.
  struct Wiring: Sendable {
    /// The name in events, "main sparkplug".
    var name: String
    var connection: MQTTConnection
    var clock: any WallClock
    var backoff: Backoff
    /// With MQTT 5 the broker speaks the will also at a good-bye.
    var speaksWillAtGoodBye = false
    /// Where readings and facts go; nil: there are none.
    var inbox: (any RecorderInbox)?
    /// Takes what other threads have handed in; asked for after every wake.
    var values: (@Sendable () -> [SparkplugEdgeValue])?
    /// Called on the link's thread for every command of a host that is allowed; must return at once.
    var command: (@Sendable (SparkplugEdgeCommand) -> Void)?
    /// Called on the link's thread after every round in which something happened; must return at once.
    var show: @Sendable (Machine, SparkplugLinkReport) -> Void
  }

  private let wiring: Wiring
  private let wake: WakeSignal
  private let stopRequest = StopRequest()
  private let thread: OwnerThread
  private let ended: Ended

  /// The machine after the thread has ended.
  private final class Ended: Sendable {
    let machine: Mutex<Machine>

    init(_ machine: Machine) { self.machine = Mutex(machine) }
  }

  /// Starts the thread; a broker that is not there yet is tried again until it is.
  init(_ machine: Machine, wiring: Wiring) throws(MQTTPlanFault) {
    try MosquittoLibrary.start()
    let wake = try WakeSignal()
    let stopRequest = stopRequest
    self.wiring = wiring
    self.wake = wake
    let ended = Ended(machine)
    self.ended = ended
    thread = try OwnerThread {
      let last = SparkplugLinkRunner(machine, wiring: wiring, wake: wake, stopRequest: stopRequest).run()
      ended.machine.withLock { $0 = last }
    }
  }

  deinit { stop() }

  /// Something was handed in.
  func raise() { wake.raise() }

  /// Returns when the good-bye is sent or its time has run out, with the machine as it was then.
  @discardableResult
  func stop() -> Machine {
    stopRequest.raise()
    wake.raise()
    thread.join()
    return ended.machine.withLock { $0 }
  }
}

/// How a link stands, for the status of the host or the edge node.
struct SparkplugLinkReport: Hashable, Sendable {
  var state = LinkStatus.State.starting
  /// What a technician needs to know: address, last fault, what to check.
  var detail = "starting"
  var reconnects: UInt64 = 0
  /// Rounds that the full inbox of the recorder turned away; they were offered again.
  var turnedAway: UInt64 = 0
  /// Facts for the record that are not stored yet; they are handed over again and again.
  var notesWaiting = 0
  /// Facts for the record that were given up, because too many waited.
  var notesLost: UInt64 = 0
}
