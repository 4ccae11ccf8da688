import CUSB

/// Why a scanner could not be taken over: what happened and what to do.
enum USBFault: Error, Hashable {
  case libusb(code: Int32, attempted: String)
  /// No boot keyboard interface with an interrupt IN endpoint.
  case notKeyboardMode
  /// The plan names another serial number.
  case otherSerialNumber(String)

  var isGone: Bool {
    if case .libusb(let code, _) = self { code == LIBUSB_ERROR_NO_DEVICE.rawValue } else { false }
  }

  /// Trying again may help: rights and drivers settle a moment after the plug.
  var isWorthRetrying: Bool {
    if case .libusb = self { !isGone } else { false }
  }

  var words: String {
    switch self {
    case .libusb(LIBUSB_ERROR_ACCESS.rawValue, _):
      "the service may not open it. Install the udev rules for scanners that come with Lotwire and replug it."
    case .libusb(LIBUSB_ERROR_BUSY.rawValue, _):
      "another program holds it. End that program; it is tried again by itself."
    case .libusb(let code, let attempted):
      "\(attempted) failed: \(String(cString: libusb_strerror(code))). Check the cable."
    case .notKeyboardMode:
      "it is not in USB keyboard mode. Scan \"USB keyboard\" from the manual of the scanner and replug it."
    case .otherSerialNumber(let found):
      "the plugged one has the serial number \"\(found)\". Correct the configuration or plug the right one in."
    }
  }
}

/// Turns a libusb result into an error.
@discardableResult
func checked(_ code: Int32, _ attempted: String) throws(USBFault) -> Int32 {
  if code < 0 { throw .libusb(code: code, attempted: attempted) }
  return code
}
