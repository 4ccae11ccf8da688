extension MaterialDay {
  static let lotsPerOrder = 12
  /// Film and caps that an order needs.
  static let filmPerOrder = 600
  static let capsPerOrder = 800

  static func order(_ number: Int) -> String { "WO-\(padded(number))" }
  static func delivery(_ number: Int) -> String { "PO-\(padded(number))" }
  static func lot(_ order: Int, _ number: Int) -> String { "L-\(padded(order))-\(number)" }
  static func padded(_ number: Int) -> String {
    String(repeating: "0", count: 4 - String(number).count) + String(number)
  }

  static func erpScenario(orders: Int, deliveries: Int) -> String {
    var text = """
      items:
        - {code: FILM, name: Film 70, unit: m, codes: ["\(MaterialDayLabels.film)"], requires_expiry: true}
        - {code: CAP, name: Cap, unit: pcs, codes: ["\(MaterialDayLabels.cap)"]}
      faults:
        - {request: create, effect: answer_lost, first: 5}
        - {request: create, effect: answer_500, first: 9}
        - {request: any, effect: unavailable, first: 60, seconds: 4}
        - {request: create, effect: answer_lost, first: 40}
      expected_deliveries:

      """
    for number in 1...deliveries {
      text += """
          - {number: \(delivery(number)), supplier: Films Ltd, over_delivery_percent: 10, lines: [\
        {item: FILM, quantity: 1000}, {item: CAP, quantity: 2000}]}

        """
    }
    text += "orders:\n"
    for number in 1...orders {
      let lots = (1...lotsPerOrder).map { lot(number, $0) }.joined(separator: ", ")
      text += """
          - {number: \(order(number)), product: POUCH, product_name: Pouch, quantity: 100, unit: pcs, \
        operations: [fill], lots: [\(lots)], materials: [{item: FILM, quantity_per_unit: \(filmPerOrder / 100)}, \
        {item: CAP, quantity_per_unit: \(capsPerOrder / 100)}]}

        """
    }
    return text
  }

  static func configuration(erpPort: Int) -> String {
    """
    site: Test plant
    line: Material line
    data: data
    devices:
      - {name: scanner-dock, station: dock, serial: {path: tty-dock}}
      - {name: scanner-pick, station: pick, serial: {path: tty-pick}}
      - {name: scanner-filler, station: filler, serial: {path: tty-filler}}
    stations:
      - {name: dock, role: receipt, second_person: [undo]}
      - {name: pick, role: picking}
      - {name: filler, role: production, operation: fill}
    materials: {minimum_remaining_life_days: 30}
    people:
      - {id: P-1, name: Li Wei, badge: BADGE-1, rights: [operate]}
      - {id: P-2, name: Ana, badge: BADGE-2, rights: [operate]}
      - {id: Q-1, name: Chen, badge: BADGE-Q, rights: [disposition]}
    erp:
      http: {url: "http://127.0.0.1:\(erpPort)"}
      poll_seconds: 0.5
    seal_after_seconds: 3600

    """
  }
}
