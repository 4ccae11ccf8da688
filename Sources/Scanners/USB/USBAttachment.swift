import CUSB
import Devices
import Glibc

/// A claimed scanner: its handle and its one interrupt transfer, which is always under way.
///
/// Touched only by the thread that runs the event loop.
final class USBAttachment: ScannerAttachment {
  private(set) var condition = AttachmentCondition.running
  let descriptors: [Int32] = []

  private let handle: USBHandle
  private let transfer: UnsafeMutablePointer<libusb_transfer>
  private let buffer: UnsafeMutablePointer<UInt8>
  private let reportBytes: Int
  private var isSubmitted = false
  private let clock: any WallClock
  private var reports: [ArrivedReport] = []

  /// Reports kept between two rounds of the event loop; a full-speed scanner sends at most 1000 a second.
  static let maximumKeptReports = 4096
  /// Least room for one report: the largest packet of a full-speed interrupt endpoint (USB 2.0, section 5.7.3).
  static let leastReportBytes = 64
  /// How long a stop waits for the cancelled transfer, in microseconds.
  static let cancelPatienceMicroseconds: Int64 = 1_000_000

  /// Opens, checks and claims the device, and begins to listen. The plan must name the device.
  static func open(
    _ device: OpaquePointer, _ identity: USBIdentity, _ plan: USBScannerPlan,
    variant: PointOfSaleAssembler.Variant?, sysfs: USBSysfs, clock: any WallClock
  ) throws(USBFault) -> (attachment: USBAttachment, reader: ReportReader) {
    // These never send by themselves: nothing is gained by taking them.
    if let mode = KnownScanner.row(identity)?.mode, mode == .snapi || mode == .ibm || mode == .cardReader {
      throw .wrongMode(wanted: plan.mode, found: mode)
    }
    let interfaces = try USBInterface.all(of: device)
    let handle = try USBHandle(
      device: device, identity: identity, staysDetached: plan.staysDetached, sysfs: sysfs)
    do throws(USBFault) {
      let taken = try handle.take(interfaces, identity, plan, variant: variant)
      return (try USBAttachment(handle, taken.endpoint, clock), taken.reader)
    } catch {
      handle.close()
      throw error
    }
  }

  private init(
    _ handle: USBHandle, _ endpoint: USBInterface.Endpoint, _ clock: any WallClock
  ) throws(USBFault) {
    guard let transfer = libusb_alloc_transfer(0) else {
      throw .libusb(code: LIBUSB_ERROR_NO_MEM.rawValue, attempted: "preparing a transfer")
    }
    self.handle = handle
    self.clock = clock
    self.transfer = transfer
    reportBytes = max(Self.leastReportBytes, endpoint.packetBytes)
    buffer = .allocate(capacity: reportBytes)
    // The attachment outlives the transfer: `close` waits for the last callback.
    libusb_fill_interrupt_transfer(
      transfer, handle.pointer, endpoint.address, buffer, Int32(reportBytes),
      { transfer in
        guard let transfer, let pointer = transfer.pointee.user_data else { return }
        Unmanaged<USBAttachment>.fromOpaque(pointer).takeUnretainedValue().completed()
      }, Unmanaged.passUnretained(self).toOpaque(), 0)
    submit()
  }

  var hasNews: Bool { !reports.isEmpty || condition != .running }

  func drain() -> [ArrivedReport] {
    defer { reports.removeAll(keepingCapacity: true) }
    return reports
  }

  func markGone() { condition = .gone }

  func close(turn: () -> Void, elapsedMicroseconds: () -> Int64) {
    let start = elapsedMicroseconds()
    if isSubmitted { libusb_cancel_transfer(transfer) }
    while isSubmitted, elapsedMicroseconds() - start < Self.cancelPatienceMicroseconds { turn() }
    // A transfer that libusb does not give back may still be written to: it and its owner are kept for ever.
    if isSubmitted {
      _ = Unmanaged.passRetained(self)
      return
    }
    handle.close()
    libusb_free_transfer(transfer)
    buffer.deallocate()
  }

  // MARK: The transfer

  private func submit() {
    guard condition == .running else { return }
    let code = libusb_submit_transfer(transfer)
    isSubmitted = code == 0
    if code != 0 { condition = code == LIBUSB_ERROR_NO_DEVICE.rawValue ? .gone : .failed }
  }

  /// Runs inside the callback: copies, and hands the buffer back at once.
  private func completed() {
    isSubmitted = false
    switch transfer.pointee.status {
    case LIBUSB_TRANSFER_COMPLETED:
      let count = max(0, min(Int(transfer.pointee.actual_length), reportBytes))
      if reports.count < Self.maximumKeptReports {
        // libusb does not say when the transfer ended.
        reports.append(
          ArrivedReport(
            bytes: Array(UnsafeBufferPointer(start: buffer, count: count)), at: clock.now().monotonicMicroseconds,
            isTimeExact: false))
      } else {
        // Text with a hole must not be read: everything is opened anew and the half label is dropped.
        condition = .failed
      }
      submit()
    case LIBUSB_TRANSFER_NO_DEVICE: condition = .gone
    case LIBUSB_TRANSFER_CANCELLED: break
    default:
      // What this report said is lost, and within a label that is a hole: opened anew, after what came before it.
      condition = .failed
    }
  }
}
