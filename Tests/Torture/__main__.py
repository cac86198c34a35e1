"""Torments proxies on a real Kafka and holds what they did against the reference."""
import sys

import torture

sys.exit(torture.main())
