import CUSB
import Glibc

/// A claimed scanner: its handle, its one interrupt transfer and the text that stands unfinished. Everything of it goes
/// away together, so a scanner pulled out in mid-scan leaves no half label behind.
///
/// Touched only by the thread that runs the event loop.
final class USBAttachment {
  enum Condition: Hashable { case running, gone, failed }

  let device: OpaquePointer
  let portPath: String
  var decoder: WedgeDecoder
  var assembler: LabelAssembler
  private(set) var condition = Condition.running

  private let handle: OpaquePointer
  private let interface: Int32
  private let transfer: UnsafeMutablePointer<libusb_transfer>
  private let buffer: UnsafeMutablePointer<UInt8>
  private var isSubmitted = false
  private var reports: [[UInt8]] = []
  private var failuresInARow = 0

  /// Reports kept between two rounds of the event loop; a full-speed scanner sends at most 1000 a second.
  static let maximumKeptReports = 4096
  /// Transfer errors in a row before the scanner is closed and opened anew.
  static let maximumFailuresInARow = 8
  /// Bytes of one report: the largest packet of a full-speed interrupt endpoint (USB 2.0, section 5.7.3).
  static let reportBytes = 64
  /// How long a stop waits for the cancelled transfer, in microseconds.
  static let cancelPatienceMicroseconds: Int64 = 1_000_000

  /// Opens, checks and claims the device, and begins to listen. The device must be on the allow-list.
  init(device: OpaquePointer, portPath: String, plan: USBScannerPlan) throws(USBFault) {
    var opened: OpaquePointer?
    try checked(libusb_open(device, &opened), "opening")
    guard let opened else { throw .libusb(code: LIBUSB_ERROR_OTHER.rawValue, attempted: "opening") }
    let found: (interface: Int32, endpoint: UInt8)
    do throws(USBFault) {
      try Self.checkSerialNumber(of: opened, device, plan)
      found = try Self.keyboard(of: device)
      // usbhid is put back by the kernel when the interface is released.
      libusb_set_auto_detach_kernel_driver(opened, 1)
      try checked(libusb_claim_interface(opened, found.interface), "claiming")
    } catch {
      libusb_close(opened)
      throw error
    }
    guard let transfer = libusb_alloc_transfer(0) else {
      libusb_close(opened)
      throw .libusb(code: LIBUSB_ERROR_NO_MEM.rawValue, attempted: "preparing a transfer")
    }
    self.device = libusb_ref_device(device)
    self.portPath = portPath
    decoder = WedgeDecoder(layout: plan.layout)
    assembler = LabelAssembler(plan.assembly)
    handle = opened
    interface = found.interface
    self.transfer = transfer
    buffer = .allocate(capacity: Self.reportBytes)
    // The attachment outlives the transfer: `close` waits for the last callback.
    libusb_fill_interrupt_transfer(
      transfer, opened, found.endpoint, buffer, Int32(Self.reportBytes),
      { transfer in
        guard let transfer, let pointer = transfer.pointee.user_data else { return }
        Unmanaged<USBAttachment>.fromOpaque(pointer).takeUnretainedValue().completed()
      }, Unmanaged.passUnretained(self).toOpaque(), 0)
    submit()
  }

  /// The reports that came since the last call.
  func drain() -> [[UInt8]] {
    defer { reports.removeAll(keepingCapacity: true) }
    return reports
  }

  func markGone() { condition = .gone }

  /// Ends the transfer and gives the device back. `turn` runs the event loop once.
  func close(turn: () -> Void, elapsedMicroseconds: () -> Int64) {
    let start = elapsedMicroseconds()
    if isSubmitted { libusb_cancel_transfer(transfer) }
    while isSubmitted, elapsedMicroseconds() - start < Self.cancelPatienceMicroseconds { turn() }
    // A transfer that libusb does not give back may still be written to: it and its owner are kept for ever.
    if isSubmitted {
      _ = Unmanaged.passRetained(self)
      return
    }
    libusb_release_interface(handle, interface)
    libusb_close(handle)
    libusb_free_transfer(transfer)
    buffer.deallocate()
    libusb_unref_device(device)
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
      failuresInARow = 0
      let count = max(0, min(Int(transfer.pointee.actual_length), Self.reportBytes))
      if reports.count < Self.maximumKeptReports {
        reports.append(Array(UnsafeBufferPointer(start: buffer, count: count)))
      } else {
        // Text with a hole must not be read: everything is opened anew and the half label is dropped.
        condition = .failed
      }
      submit()
    case LIBUSB_TRANSFER_NO_DEVICE: condition = .gone
    case LIBUSB_TRANSFER_CANCELLED: break
    default:
      failuresInARow += 1
      if failuresInARow >= Self.maximumFailuresInARow || transfer.pointee.status == LIBUSB_TRANSFER_STALL {
        condition = .failed
      }
      submit()
    }
  }

  // MARK: Checks before claiming

  private static func checkSerialNumber(
    of handle: OpaquePointer, _ device: OpaquePointer, _ plan: USBScannerPlan
  ) throws(USBFault) {
    guard let wanted = plan.serialNumber else { return }
    var descriptor = libusb_device_descriptor()
    try checked(libusb_get_device_descriptor(device, &descriptor), "reading the descriptor")
    guard descriptor.iSerialNumber != 0 else { throw .otherSerialNumber("") }
    var text = [UInt8](repeating: 0, count: 256)
    let count = try checked(
      libusb_get_string_descriptor_ascii(handle, descriptor.iSerialNumber, &text, Int32(text.count)),
      "reading the serial number")
    let found = String(decoding: text.prefix(Int(count)), as: UTF8.self)
    guard found == wanted else { throw .otherSerialNumber(found) }
  }

  /// The boot keyboard interface (class 3, subclass 1, protocol 1; HID 1.11, section 4) and its interrupt IN endpoint.
  private static func keyboard(of device: OpaquePointer) throws(USBFault) -> (interface: Int32, endpoint: UInt8) {
    var configuration: UnsafeMutablePointer<libusb_config_descriptor>?
    try checked(libusb_get_active_config_descriptor(device, &configuration), "reading the configuration")
    defer { libusb_free_config_descriptor(configuration) }
    guard let configuration else { throw .notKeyboardMode }
    let interfaces = UnsafeBufferPointer(
      start: configuration.pointee.interface, count: Int(configuration.pointee.bNumInterfaces))
    for interface in interfaces where interface.num_altsetting > 0 {
      let setting = interface.altsetting[0]
      guard setting.bInterfaceClass == 3, setting.bInterfaceSubClass == 1, setting.bInterfaceProtocol == 1
      else { continue }
      for endpoint in UnsafeBufferPointer(start: setting.endpoint, count: Int(setting.bNumEndpoints))
      where endpoint.bEndpointAddress & 0x80 != 0 && endpoint.bmAttributes & 0x03 == 3 {
        return (Int32(setting.bInterfaceNumber), endpoint.bEndpointAddress)
      }
    }
    throw .notKeyboardMode
  }
}
