/// The plant of the demonstration with Tryton: a dock, a heat sealer, an inspection table, a scanner at each.
struct TrytonDemoConfiguration {
  var profiles: String
  var modbusPort: Int
  var erpAddress: String
  var passwordFile: String

  var text: String {
    """
    site: Demo plant
    line: Pouch line 1
    data: data
    profiles: \(profiles)

    devices:
      - name: plc-1
        profile: heat-sealer
        tcp: {host: 127.0.0.1, port: \(modbusPort), unit: 1}
      - {name: scanner-dock, station: dock, serial: {path: scanner-dock}}
      - {name: scanner-sealer, station: sealer-1, serial: {path: scanner-sealer-1}}
      - {name: scanner-inspection, station: inspection-1, serial: {path: scanner-inspection-1}}

    stations:
      - {name: dock, role: receipt}
      - name: sealer-1
        operation: sealing
        parameters:
          - {name: seal.temperature, device: plc-1, point: temperature}
          - {name: seal.pressure, device: plc-1, point: pressure}
          - {name: seal.cycle, device: plc-1, point: cycle}
        cycle: {parameter: seal.cycle}
        characteristics:
          - {name: seal.temperature.mean, of: seal.temperature, feature: mean, specification: {low: 170, high: 190}}
          - {name: seal.pressure.max, of: seal.pressure, feature: maximum, specification: {low: 2.5, high: 3.5}}
          - {name: seal.duration, of: seal.cycle, feature: duration, specification: {low: 0.5, high: 1.2}}
      - {name: inspection-1, operation: inspection}

    people:
      - {id: P-1, name: Li Wei, badge: BADGE-LI-WEI, rights: [operate], language: zh-CN}
      - {id: P-2, name: Ana Novak, badge: BADGE-ANA, rights: [operate, acknowledge, disposition]}

    erp:
      tryton:
        url: \(erpAddress)
        database: factory
        user: lotwire
        password_file: \(passwordFile)
        operations: {Sealing: sealing, Inspection: inspection}
        customer_supplied_category: Customer-supplied
        quarantine_location: QUA
      poll_seconds: 1
    seal_after_seconds: 1

    """
  }
}
