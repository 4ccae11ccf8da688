import CUSB

extension USBInterface {
  /// The first setting of every interface of the active configuration.
  static func all(of device: OpaquePointer) throws(USBFault) -> [USBInterface] {
    var configuration: UnsafeMutablePointer<libusb_config_descriptor>?
    try checked(libusb_get_active_config_descriptor(device, &configuration), "reading the configuration")
    defer { libusb_free_config_descriptor(configuration) }
    guard let configuration else { return [] }
    return UnsafeBufferPointer(
      start: configuration.pointee.interface, count: Int(configuration.pointee.bNumInterfaces)
    ).compactMap { interface in interface.num_altsetting > 0 ? USBInterface(interface.altsetting[0]) : nil }
  }

  private init(_ setting: libusb_interface_descriptor) {
    number = setting.bInterfaceNumber
    classCode = setting.bInterfaceClass
    subclassCode = setting.bInterfaceSubClass
    protocolCode = setting.bInterfaceProtocol
    interruptIn =
      UnsafeBufferPointer(start: setting.endpoint, count: Int(setting.bNumEndpoints)).lazy.compactMap {
        Endpoint(address: $0.bEndpointAddress, attributes: $0.bmAttributes, maximumPacketSize: $0.wMaxPacketSize)
      }.first
    // The class descriptors stand between interface and endpoint; libusb hands them over as they are.
    var rest = Array(UnsafeBufferPointer(start: setting.extra, count: Int(max(0, setting.extra_length))))[...]
    while rest.count >= 2, let length = rest.first.map(Int.init), length >= 2, length <= rest.count {
      if let bytes = Self.reportDescriptorBytes(inHIDDescriptor: Array(rest.prefix(length))) {
        reportDescriptorBytes = bytes
      }
      rest = rest.dropFirst(length)
    }
  }
}
