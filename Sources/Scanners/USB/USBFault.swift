import CUSB
import Glibc
import Shopfloor

/// Why a scanner could not be taken over: what happened and what to do.
enum USBFault: Error, Hashable, Sendable {
  case libusb(code: Int32, attempted: String)
  /// The interface is claimed: by whom, as far as this process may see.
  case held(by: String?)
  /// The plan asks for a mode that the scanner is not in.
  case wrongMode(wanted: USBScannerPlan.Mode, found: ScannerMode)
  /// It was read, and then was not any more.
  case readingFailed
  /// The kernel has no input device of this scanner to fall back on.
  case noInputDevice
  case inputDevice(path: String, errorNumber: Int32)
  /// Another device is at its port than the one that was to be taken.
  case otherDevice

  var isGone: Bool {
    switch self {
    case .libusb(let code, _): code == LIBUSB_ERROR_NO_DEVICE.rawValue
    case .inputDevice(_, let number): number == ENODEV
    case .held, .wrongMode, .readingFailed, .noInputDevice, .otherDevice: false
    }
  }

  /// The service has no right to the device: just after the plug this passes by itself.
  var isAccess: Bool {
    if case .libusb(let code, _) = self { code == LIBUSB_ERROR_ACCESS.rawValue } else { false }
  }

  var isOfInputDevice: Bool {
    switch self {
    case .noInputDevice, .inputDevice, .otherDevice: true
    case .libusb, .held, .wrongMode, .readingFailed: false
    }
  }

  /// Trying again may help: rights and drivers settle a moment after the plug, other programs end.
  var isWorthRetrying: Bool {
    if case .wrongMode = self { false } else { !isGone }
  }

  /// The kernel's input device may be readable where libusb was refused.
  var permitsFallback: Bool {
    switch self {
    case .held: true
    case .libusb: !isGone
    case .wrongMode, .readingFailed, .noInputDevice, .inputDevice, .otherDevice: false
    }
  }

  var words: String {
    switch self {
    case .libusb(LIBUSB_ERROR_ACCESS.rawValue, _):
      "the service may not open it. Install 60-lotwire-scanners.rules (see systemd/README.md) and replug it."
    case .libusb(let code, let attempted):
      "\(attempted) failed: \(String(cString: libusb_strerror(code))). Check the cable."
    case .held(let program):
      "\(program ?? "another program") holds it. End that program; it is tried again by itself."
    case .wrongMode(let wanted, let found): Self.words(wanted, found)
    case .readingFailed: "reading failed; it is opened again by itself."
    case .noInputDevice: "the kernel has no input device of it. Replug it."
    case .otherDevice:
      "another device is at its port now and is left alone; it is looked at again by itself. Replug the scanner if this "
        + "remains."
    case .inputDevice(let path, EACCES), .inputDevice(let path, EPERM):
      "\(path) may not be opened. Put the service's user into the group \"input\" and allow it the device "
        + "(see systemd/README.md)."
    case .inputDevice(let path, EBUSY):
      "another program has taken \(path) for itself. End that program; it is tried again by itself."
    case .inputDevice(let path, let number): "\(path) cannot be read (errno \(number)). Check the cable."
    }
  }

  private static func words(_ wanted: USBScannerPlan.Mode, _ found: ScannerMode) -> String {
    switch (wanted, found) {
    case (.pointOfSale, .keyboard), (.keyboard, .pointOfSale):
      let mode: ScannerMode = wanted == .keyboard ? .keyboard : .pointOfSale
      return "it is in the mode \"\(found.label)\", the configuration asks for \"\(mode.label)\". "
        + "Scan \"\(mode.label)\" from its manual and replug it, or write mode: auto."
    default: return "it is in the mode \"\(found.label)\". \(ScannerAdvice.words(for: found).english)"
    }
  }
}

/// Turns a libusb result into an error.
@discardableResult
func checked(_ code: Int32, _ attempted: String) throws(USBFault) -> Int32 {
  if code < 0 { throw .libusb(code: code, attempted: attempted) }
  return code
}
