import CUSB
import Glibc

/// Requests to an input device of the kernel whose numbers are macros in linux/input.h that Swift cannot see.
enum InputDeviceRequest {
  /// EVIOCSCLOCKID, _IOW('E', 0xa0, int).
  private static let setClock: UInt = 0x4004_45A0

  /// EVIOCGID, _IOR('E', 0x02, struct input_id).
  private static let getIdentity: UInt = 0x8008_4502

  /// The type of the USB device behind the node; nil where there is none or the kernel does not say.
  static func deviceType(_ descriptor: Int32) -> (vendor: UInt16, product: UInt16)? {
    var identity = input_id()
    guard ioctl(descriptor, getIdentity, &identity) == 0, identity.bustype == UInt16(BUS_USB) else { return nil }
    return (identity.vendor, identity.product)
  }

  /// Lets the events carry monotonic time; false where the kernel refuses.
  static func useMonotonicTime(_ descriptor: Int32) -> Bool {
    var clock = Int32(CLOCK_MONOTONIC)
    return ioctl(descriptor, setClock, &clock) == 0
  }
}
