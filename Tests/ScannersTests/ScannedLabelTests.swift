import Scanners
