extension CutLine {
  static func erpScenario(_ lots: [String]) -> String {
    """
    orders:
      - number: WO-1
        product: POUCH
        product_name: Pouch
        quantity: 1000
        unit: pcs
        operations: [seal]
        lots: [\(lots.joined(separator: ", "))]
        materials: [{item: FILM, quantity_per_unit: 1}]
    material_lots:
      - {number: M-1, item: FILM, status: released}

    """
  }

  static func plcScenario(_ seed: UInt64) -> String {
    """
    name: cut
    seed: \(seed % 1_000_000)
    period_seconds: 0.8
    dwell_seconds: {setpoint: 0.4, sigma: 0.01}
    temperature: {setpoint: 180, sigma: 0.4}
    pressure: {setpoint: 3.0, sigma: 0.03}

    """
  }

  static func sensorScenario(_ seed: UInt64) -> String {
    """
    seed: \(seed % 1_000_000)
    sensors:
      - topic: cleanroom/1/temperature
        payload: number
        every: 1
        values:
          temperature: {mean: 21.0, noise: 0.08, digits: 2}
    counter:
      topic: cleanroom/1/counter
      every: 0.02

    """
  }

  static func scanScript(_ lots: [String]) -> String {
    var lines = ["- scan: BADGE", "- expect: accepted"]
    for lot in lots {
      lines += ["- scan: \(lot)", "- expect: accepted", "- wait: 0.3", "- scan: M-1", "- expect: accepted"]
      lines += ["- wait: 0.4", "- scan: \"LOTWIRE:END\"", "- wait: 0.1"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func configuration(
    data: String, plcPort: Int, brokerPort: Int, erpPort: Int, profiles: String
  ) -> String {
    """
    site: Test plant
    line: Cut line
    data: \(data)
    profiles: \(profiles)
    brokers:
      - {name: main, host: 127.0.0.1, port: \(brokerPort), client_id: lotwire-cut}
    devices:
      - name: plc-1
        profile: heat-sealer
        tcp: {host: 127.0.0.1, port: \(plcPort), unit: 1}
      - name: room-1
        mqtt:
          broker: main
          points:
            - {name: counter, topic: cleanroom/1/counter, json: value, time: time, id: id, every_seconds: 0.02}
      - name: scanner-1
        station: sealer-1
        serial: {path: tty}
    stations:
      - name: sealer-1
        operation: seal
        parameters:
          - {name: seal.temperature, device: plc-1, point: temperature, alarm: {low: 170, high: 190}}
          - {name: seal.cycle, device: plc-1, point: cycle}
          - {name: counter, device: room-1, point: counter}
        cycle: {parameter: seal.cycle}
        characteristics:
          - {name: seal.temperature.mean, of: seal.temperature, feature: mean, chart: {center: 180, sigma: 0.4}}
    people:
      - {id: P-1, name: Li Wei, badge: BADGE, rights: [operate, acknowledge]}
    erp:
      http: {url: "http://127.0.0.1:\(erpPort)"}
      poll_seconds: 0.5
    seal_after_seconds: 2

    """
  }
}
