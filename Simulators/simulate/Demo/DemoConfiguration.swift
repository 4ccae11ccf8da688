/// The plant of the demonstration: one heat sealer, one clean room, one scanner.
struct DemoConfiguration {
  var profiles: String
  var modbusPort: Int
  var brokerPort: Int
  var erpPort: Int

  var text: String {
    """
    site: Demo plant
    line: Pouch line 1
    data: data
    profiles: \(profiles)

    brokers:
      - {name: main, host: 127.0.0.1, port: \(brokerPort), client_id: lotwire-demo}

    devices:
      - name: plc-1
        profile: heat-sealer
        tcp: {host: 127.0.0.1, port: \(modbusPort), unit: 1}
      - name: cleanroom-1
        mqtt:
          broker: main
          points:
            - {name: temperature, topic: cleanroom/1/temperature, unit: "°C", every_seconds: 1}
            - {name: humidity, topic: cleanroom/1/air, json: humidity, time: timestamp, id: id, unit: "%", every_seconds: 2}
      - name: scanner-1
        station: sealer-1
        serial: {path: scanner-1}

    stations:
      - name: sealer-1
        operation: seal
        parameters:
          - name: seal.temperature
            device: plc-1
            point: temperature
            alarm: {low: 175, high: 185, deadband: 0.5, delay_seconds: 1}
          - {name: seal.pressure, device: plc-1, point: pressure}
          - {name: seal.cycle, device: plc-1, point: cycle}
          - {name: room.temperature, device: cleanroom-1, point: temperature, alarm: {low: 18, high: 25}}
          - {name: room.humidity, device: cleanroom-1, point: humidity}
        cycle: {parameter: seal.cycle}

    people:
      - {id: P-1, name: Li Wei, badge: BADGE-LI-WEI, rights: [operate], language: zh-CN}
      - {id: P-2, name: Ana Novak, badge: BADGE-ANA, rights: [operate, acknowledge, disposition]}
      - {id: P-3, name: Chen Jie, badge: BADGE-CHEN, rights: [quality]}
      - {id: P-4, name: Sara Kovač, badge: BADGE-SARA, rights: [quality]}

    alarms:
      causes: [{code: HEATER, en: heater controller drifted, zh: 加热控制器漂移}]
      actions: [{code: CORRECTED, en: corrected, zh: 已校正}]

    erp:
      http: {url: "http://127.0.0.1:\(erpPort)"}
      poll_seconds: 1

    """
  }
}
