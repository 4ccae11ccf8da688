import CUSB

/// What the hotplug callback saw, for the event loop: opening a device inside the callback fails with BUSY.
///
/// Touched only by the thread that runs the event loop: libusb calls back inside `libusb_handle_events`.
final class USBArrivals {
  enum Event {
    /// Holds a reference to the device.
    case arrived(OpaquePointer)
    case left(OpaquePointer)
  }

  private var events: [Event] = []

  /// Begins to listen, and reports the devices that are there already. Returns false where this libusb has no hotplug.
  func listen(on context: OpaquePointer) throws(USBFault) -> Bool {
    guard libusb_has_capability(UInt32(LIBUSB_CAP_HAS_HOTPLUG.rawValue)) != 0 else { return false }
    let wanted = LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED.rawValue | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT.rawValue
    // The event loop keeps `self` until the context is closed, and with it the registration.
    let registered = libusb_hotplug_register_callback(
      context, Int32(wanted), Int32(LIBUSB_HOTPLUG_ENUMERATE.rawValue), LIBUSB_HOTPLUG_MATCH_ANY,
      LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
      { _, device, event, pointer in
        guard let device, let pointer else { return 0 }
        let arrivals = Unmanaged<USBArrivals>.fromOpaque(pointer).takeUnretainedValue()
        if event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED {
          arrivals.events.append(.arrived(libusb_ref_device(device)))
        } else {
          arrivals.events.append(.left(device))
        }
        return 0
      }, Unmanaged.passUnretained(self).toOpaque(), nil)
    try checked(registered, "listening for USB devices")
    return true
  }

  var isEmpty: Bool { events.isEmpty }

  /// In the order in which they happened; the references to arrived devices go to the caller.
  func drain() -> [Event] {
    defer { events.removeAll() }
    return events
  }
}
