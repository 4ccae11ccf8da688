"""A small factory of medical devices in a fresh Tryton database.

    factory.py make CONF              makes the database "factory" with all modules and fills it
    factory.py orders CONF FIRST N    adds N more orders of one lot, WO-<FIRST>, WO-<FIRST + 1> ..., each of 100 pouches,
                                      and as many purchases of 100 m film, PO-<FIRST> ...

The server must not be running meanwhile. What stands here is what the README beside it lists.
"""

import datetime
import os
import subprocess
import sys
from decimal import Decimal

DATABASE = "factory"
MODULES = (
    "production_routing production_work production_split stock_lot stock_lot_sled quality purchase stock_assign_manual"
).split()
# Passwords of a simulated plant, on loopback only.
PASSWORDS = {"lotwire": "pouch-line-7", "guest": "visitor-only-3"}
LOT_REQUIRED = ["supplier", "customer", "lost_found", "storage", "production"]
CHINESE = "zh_CN"


def install(conf):
    """The empty database: all modules of the plant activated."""
    admin = os.path.join(os.path.dirname(sys.executable), "trytond-admin")
    subprocess.run(
        [admin, "-c", conf, "-d", DATABASE, "--all", "-l", "en", "--email", "admin@example.invalid"], check=True)
    subprocess.run([admin, "-c", conf, "-d", DATABASE, "-u", *MODULES, "--activate-dependencies"], check=True)


class Factory:
    def __init__(self, conf):
        from proteus import Model, config

        self.config = config.set_trytond(f"sqlite:///{DATABASE}", config_file=conf)
        # Questions of the ERP are for the daemon to answer, not for the one who sets it up.
        self.config.skip_warning = True
        self.Model = Model
        self.today = datetime.date.today()

    def get(self, model):
        return self.Model.get(model)

    def one(self, model, *domain):
        (record,) = self.get(model).find(list(domain), limit=1)
        return record

    def chinese(self, record, name, field="name"):
        """Gives the record its Chinese name beside the English one."""
        model = type(record).__name__
        with self.config.set_context(language=CHINESE):
            twin = self.get(model)(record.id)
            setattr(twin, field, name)
            twin.save()

    # The company, its places and people

    def company(self):
        from proteus import Wizard

        language = self.one("ir.lang", ("code", "=", CHINESE))
        language.translatable = True
        language.save()
        currency = self.get("currency.currency")(
            name="Euro", symbol="€", code="EUR", numeric_code="978", rounding=Decimal("0.01"), digits=2)
        currency.save()
        self.get("currency.currency.rate")(date=datetime.date.min, rate=Decimal(1), currency=currency).save()
        party = self.get("party.party")(name="Pouch Works")
        party.save()
        wizard = Wizard("company.company.config")
        wizard.execute("company")
        wizard.form.party = party
        wizard.form.currency = currency
        wizard.execute("add")
        self.config._context = self.get("res.user").get_preferences(True, {})
        self.company_record = self.one("company.company")

    def places(self):
        warehouse = self.one("stock.location", ("type", "=", "warehouse"))
        warehouse.name = "Main warehouse"
        warehouse.save()
        self.chinese(warehouse, "主仓库")
        self.storage = self.one("stock.location", ("code", "=", "STO"))
        self.chinese(self.storage, "库存区")
        self.chinese(self.one("stock.location", ("code", "=", "IN")), "收货区")
        quarantine = self.get("stock.location")(
            name="Quarantine", code="QUA", type="storage", parent=warehouse.storage_location)
        quarantine.save()
        self.chinese(quarantine, "隔离区")
        self.quarantine = quarantine

    def people(self):
        groups = [
            self.one("res.group", ("name", "=", name)) for name in ("Stock", "Production", "Quality", "Purchase")]
        for login, name, memberships in [("lotwire", "Lotwire", groups), ("guest", "Guest", [])]:
            party = self.get("party.party")(name=name)
            party.save()
            employee = self.get("company.employee")(party=party, company=self.company_record)
            employee.save()
            user = self.get("res.user")(name=name, login=login, password=PASSWORDS[login])
            user.companies.append(self.get("company.company")(self.company_record.id))
            user.company = self.company_record
            user.employees.append(self.get("company.employee")(employee.id))
            user.employee = employee
            for group in memberships:
                user.groups.append(self.get("res.group")(group.id))
            user.save()

    # What is made, and of what

    def product(self, code, name, chinese, unit, price, gtin=None, category=None, **properties):
        template = self.get("product.template")()
        template.name = name
        template.code = code
        template.type = "goods"
        template.default_uom = unit
        template.list_price = Decimal(price)
        for field, value in properties.items():
            setattr(template, field, value)
        if category:
            template.categories.append(self.get("product.category")(category.id))
        template.save()
        (product,) = template.products
        product.cost_price = Decimal(price) / 2
        if gtin:
            identifier = product.identifiers.new()
            identifier.type = "ean"
            identifier.code = gtin
        product.save()
        self.chinese(template, chinese)
        return product

    def products(self):
        unit = self.one("product.uom", ("name", "=", "Unit"))
        meter = self.one("product.uom", ("name", "=", "Meter"))
        gram = self.one("product.uom", ("name", "=", "Gram"))
        supplied = self.get("product.category")(name="Customer-supplied")
        supplied.save()
        self.chinese(supplied, "客供料")
        sequence = self.get("ir.sequence")(
            name="Pouch lots", sequence_type=self.one("ir.sequence.type", ("name", "=", "Stock Lot")),
            prefix="AUTO-", padding=5, company=None)
        sequence.save()
        self.pouch = self.product(
            "POUCH-200", "Sterile pouch 200x300", "无菌袋 200x300", unit, "2", gtin="04012345678901", producible=True,
            lot_required=LOT_REQUIRED, expiration_state="optional", expiration_time=1825,
            shelf_life_state="optional", shelf_life_time=1825, lot_sequence=sequence)
        self.film = self.product(
            "FILM-70", "Film 70 µm", "薄膜 70 µm", meter, "0.4", gtin="04012345000016", purchasable=True,
            lot_required=LOT_REQUIRED, expiration_state="required", shelf_life_state="optional")
        self.valve = self.product(
            "VALVE-CS", "Valve", "阀门", unit, "0", gtin="04012345000030", category=supplied, purchasable=True,
            lot_required=LOT_REQUIRED, expiration_state="none", shelf_life_state="none")
        self.ink = self.product("INK-BLK", "Printing ink, black", "黑色油墨", gram, "0.1", purchasable=True)

    def recipe(self):
        bom = self.get("production.bom")(name="Sterile pouch 200x300")
        for product, quantity in [(self.film, 0.13), (self.valve, 1), (self.ink, 0.02)]:
            line = bom.inputs.new()
            line.product = product
            line.quantity = quantity
        line = bom.outputs.new()
        line.product = self.pouch
        line.quantity = 1
        bom.save()
        self.chinese(bom, "无菌袋 200x300")
        line_one = self.get("production.work.center")(name="Pouch line 1")
        line_one.save()
        routing = self.get("production.routing")(name="Pouch routing")
        routing.boms.append(self.get("production.bom")(bom.id))
        for name, chinese, center in [("Sealing", "热封", "sealer-1"), ("Inspection", "检验", "inspection-1")]:
            category = self.get("production.work.center.category")(name=name)
            category.save()
            station = self.get("production.work.center")(
                name=center, parent=line_one, category=category, cost_price=Decimal(10), cost_method="hour")
            station.save()
            operation = self.get("production.routing.operation")(name=name, work_center_category=category)
            operation.save()
            self.chinese(operation, chinese)
            step = routing.steps.new()
            step.operation = operation
        routing.save()
        link = self.pouch.boms.new()
        link.bom = bom
        link.routing = routing
        self.pouch.save()

    def controls(self):
        """The points of the pouch are the characteristics of the line, by their names."""
        film = self.control(
            "Incoming film", "薄膜进货检验", ["stock.shipment.in:do"], self.film, [("appearance", "boolean", None, None)])
        self.control(
            "Sealing window", "热封窗口", ["production:run"], self.film,
            [("seal.temperature.mean", "float", 170.0, 190.0)])
        self.control(
            "Pouch release", "成品放行", ["production:do"], self.pouch,
            [("seal.pressure.max", "float", 2.5, 3.5), ("seal.duration", "float", 0.5, 1.2)])
        return film

    def control(self, name, chinese, operations, product, points):
        control = self.get("quality.control")(name=name, operations=operations, product=product)
        for string, kind, lower, upper in points:
            point = control.points.new()
            point.string = string
            point.type_ = kind
            if kind == "float":
                point.digits = 3
                point.tolerance_lower = lower
                point.tolerance_upper = upper
        control.save()
        self.chinese(control, chinese)

    # What is there, what comes, what is to be made

    def stock(self):
        good = datetime.date(2031, 12, 31)
        self.inventory(self.storage, [
            (self.film, "M-FILM-1", good, 40_000), (self.film, "M-FILM-3", datetime.date(2026, 1, 31), 500),
            (self.valve, "M-VALVE-1", None, 300_000), (self.ink, None, None, 20_000)])
        self.inventory(self.quarantine, [(self.film, "M-FILM-2", good, 500)])

    def inventory(self, location, lines):
        inventory = self.get("stock.inventory")(location=location)
        inventory.empty_quantity = "keep"
        inventory.save()
        for product, number, expires, quantity in lines:
            lot = None
            if number:
                lot = self.get("stock.lot")(product=product, number=number)
                lot.expiration_date = expires
                lot.shelf_life_expiration_date = expires
                lot.save()
            line = inventory.lines.new()
            line.product = product
            line.lot = lot
            line.quantity = float(quantity)
        inventory.click("confirm")

    def purchases(self):
        supplier = self.get("party.party")(name="Folien AG")
        supplier.addresses[0].street = "Werkstrasse 1"
        supplier.save()
        for product in (self.film, self.valve):
            # Who is meant where goods come without an order.
            self.get("purchase.product_supplier")(template=product.template, product=product, party=supplier).save()
        self.purchase(supplier, "PO-55-1", [(self.film, 1_000), (self.valve, 5_000)])

    def purchase(self, supplier, reference, lines):
        """A purchase that was ordered and is to be received tomorrow."""
        purchase = self.get("purchase.purchase")(party=supplier, reference=reference)
        purchase.invoice_method = "manual"
        purchase.invoice_address = supplier.addresses[0]
        for product, quantity in lines:
            line = purchase.lines.new()
            line.product = product
            line.quantity = float(quantity)
            line.unit_price = Decimal("0.2")
        purchase.delivery_date = self.today + datetime.timedelta(days=1)
        purchase.click("quote")
        purchase.click("confirm")
        purchase.reload()
        if purchase.state == "confirmed":
            purchase.click("process")

    def orders(self):
        self.order("WO-4711", 2_000, [])
        self.order("WO-4712", 4_000, ["L-4712-1", "L-4712-2"])

    def order(self, reference, quantity, lots):
        """An order that waits; its output is planned by lot where lots are named."""
        link = self.pouch.boms[0]
        production = self.get("production")()
        production.reference = reference
        production.product = self.pouch
        production.bom = link.bom
        production.routing = link.routing
        production.work_center = self.one("production.work.center", ("name", "=", "Pouch line 1"))
        production.quantity = float(quantity)
        production.planned_start_date = self.today
        production.save()
        production.click("wait")
        if lots:
            share = float(quantity // len(lots))
            first = production.outputs[0]
            moves = [first] + [production.outputs.new() for _ in lots[1:]]
            for move, number in zip(moves, lots):
                lot = self.get("stock.lot")(product=self.pouch, number=number)
                lot.save()
                if move is not first:
                    for field in ("product", "unit", "from_location", "to_location", "company", "currency",
                                  "unit_price"):
                        setattr(move, field, getattr(first, field))
                move.quantity = share
                move.lot = lot
            production.save()
        return production


def make(conf):
    install(conf)
    factory = Factory(conf)
    factory.company()
    factory.places()
    factory.people()
    factory.products()
    factory.recipe()
    factory.controls()
    factory.stock()
    factory.purchases()
    factory.orders()


def more_orders(conf, first, count):
    factory = Factory(conf)
    factory.pouch = factory.one("product.product", ("code", "=", "POUCH-200"))
    factory.film = factory.one("product.product", ("code", "=", "FILM-70"))
    supplier = factory.one("party.party", ("name", "=", "Folien AG"))
    for number in range(first, first + count):
        factory.order(f"WO-{number}", 100, [])
        factory.purchase(supplier, f"PO-{number}", [(factory.film, 100)])


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        more_orders(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
