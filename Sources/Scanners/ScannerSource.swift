public import Devices
import Shopfloor
import Synchronization

/// All scanners of a line: serial and USB. Every complete label goes to the recorder's inbox as a command; a serial
/// scanner is answered only after the recorder has answered.
///
/// In the status, `requests` counts labels handed over, `replies` answers, `exceptions` refusals, `malformed` labels
/// with a fault, `turnedAway` labels that found the inbox full, `reconnects` lost lines, `timeouts` answers that could
/// not be written.
public final class ScannerSource: DeviceSource {
  private let serial: [SerialScanner]
  private let usb: USBScanners?
  private let threads = Mutex<[OwnerThread]>([])

  /// Throws a ``ScannerPlanFault`` where a plan cannot be run.
  ///
  /// - Parameters:
  ///   - onLinkChange: told when a scanner was taken over or is gone, on a thread of the source; it must return at once.
  ///   - onReport: told of every report of a USB scanner before it is read, in the same way: for calibration.
  public init(
    serial: [SerialScannerPlan], usb: [USBScannerPlan], inbox: any RecorderInbox, clock: any WallClock,
    onLinkChange: (@Sendable (ScannerLinkChange) -> Void)? = nil,
    onReport: (@Sendable (ScannerReport) -> Void)? = nil
  ) throws {
    if let fault = Self.fault(in: serial) ?? Self.fault(in: usb) { throw fault }
    self.serial = try serial.map {
      try SerialScanner($0, inbox: inbox, clock: clock, onChange: onLinkChange)
    }
    self.usb =
      usb.isEmpty ? nil : try USBScanners(usb, inbox: inbox, clock: clock, onChange: onLinkChange, onReport: onReport)
  }

  public func start() throws {
    try threads.withLock { threads in
      guard threads.isEmpty else { return }
      for scanner in serial { threads.append(try OwnerThread { scanner.run() }) }
      if let usb { threads.append(try OwnerThread { usb.run() }) }
    }
  }

  public func stop() {
    threads.withLock { threads in
      guard !threads.isEmpty else { return }
      for scanner in serial { scanner.requestStop() }
      usb?.requestStop()
      for thread in threads { thread.join() }
      threads = []
    }
  }

  public func status() -> [LinkStatus] {
    serial.map(\.book.status) + (usb?.status() ?? [])
  }

  /// What each scanner has done, in the order of ``status()``.
  public func counts() -> [ScannerCounts] {
    serial.map(\.book.counts) + (usb?.counts() ?? [])
  }

  // MARK: Checks of the plans

  private static func fault(in plans: [SerialScannerPlan]) -> ScannerPlanFault? {
    plans.first { SerialPort.speeds[$0.baud] == nil }.map {
      ScannerPlanFault(
        code: "scanner.baud", device: $0.device,
        description: "\($0.device): \($0.baud) baud is not a known speed. "
          + "Write one of \(SerialPort.speeds.keys.sorted()).")
    }
  }

  /// Two plans for the same type of scanner must tell their devices apart.
  private static func fault(in plans: [USBScannerPlan]) -> ScannerPlanFault? {
    for (index, plan) in plans.enumerated() {
      let twins = plans.enumerated().filter {
        $0.offset != index && $0.element.vendor == plan.vendor && $0.element.product == plan.product
      }
      let isAmbiguous = twins.contains {
        (plan.serialNumber == nil && plan.portPath == nil)
          || (plan.serialNumber == $0.element.serialNumber && plan.portPath == $0.element.portPath)
      }
      if isAmbiguous {
        return ScannerPlanFault(
          code: "scanner.ambiguous", device: plan.device,
          description: "\(plan.device): another scanner has the same vendor and product. "
            + "Write the USB serial number or the port of each.")
      }
    }
    return nil
  }
}
