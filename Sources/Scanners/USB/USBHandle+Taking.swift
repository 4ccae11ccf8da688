import CUSB

extension USBHandle {
  /// The interface that is read, and how.
  struct Taken {
    var endpoint: USBInterface.Endpoint
    var reader: ReportReader
  }

  /// Claims what the plan asks for, and every keyboard of the scanner with it: what that one types belongs to nobody.
  ///
  /// - Parameter variant: how the reports of this scanner were laid out when it was read last.
  func take(
    _ interfaces: [USBInterface], _ identity: USBIdentity, _ plan: USBScannerPlan,
    variant: PointOfSaleAssembler.Variant?
  ) throws(USBFault) -> Taken {
    var reports: [UInt8: HIDReportDescriptor] = [:]
    var silence: USBFault?
    if plan.mode != .keyboard {
      for interface in interfaces where interface.isHID && !interface.isBootKeyboard {
        guard let endpoint = interface.interruptIn else { continue }
        try claim(interface.number)
        do throws(USBFault) {
          reports[interface.number] = try reportDescriptor(of: interface)
        } catch {
          // An interface that answers nothing does not keep the keyboard beside it from being read.
          if error.isGone { throw error }
          silence = error
        }
        guard reports[interface.number]?.isPointOfSaleScanner == true else {
          release(interface.number)
          continue
        }
        try claimKeyboards(interfaces)
        if let start = PointOfSaleStart.of(vendor: identity.vendor) {
          try setFeature(start.featureReportID, start.featureReport, of: interface.number)
        }
        return Taken(endpoint: endpoint, reader: .pointOfSale(PointOfSaleAssembler(variant: variant)))
      }
    }
    let keyboard = interfaces.first { $0.isBootKeyboard && $0.interruptIn != nil }
    if plan.mode != .pointOfSale, let keyboard, let endpoint = keyboard.interruptIn {
      try claimKeyboards(interfaces)
      try useBootProtocol(of: keyboard.number)
      return Taken(endpoint: endpoint, reader: .keyboard(KeyDecoder(plan.text)))
    }
    if let silence { throw silence }
    let found = ScannerMode(identity, interfaces: interfaces, reports: reports) ?? .unknown
    throw .wrongMode(wanted: plan.mode, found: found)
  }

  private func claimKeyboards(_ interfaces: [USBInterface]) throws(USBFault) {
    for interface in interfaces where interface.isBootKeyboard { try claim(interface.number) }
  }
}
