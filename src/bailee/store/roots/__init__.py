"""Root stores: the few bytes on which everything hangs, kept outside the data folder.

```python
FileRootStore.create(Path("/media/stick/bailee"), vault_id)
stores = RootStores([FileRootStore(Path("/var/lib/bailee-root")), FileRootStore(Path("/media/stick/bailee"))])
stores.write_all(1, secrets.token_bytes(32))
```
"""

from bailee.store.roots.contract import (
    ROOT_BYTES,
    VAULT_ID_BYTES,
    Journal,
    JournalRecord,
    Root,
    RootStore,
    Slots,
)
from bailee.store.roots.file import FileRootStore
from bailee.store.roots.replicas import RootStores

__all__ = [
    "ROOT_BYTES",
    "VAULT_ID_BYTES",
    "FileRootStore",
    "Journal",
    "JournalRecord",
    "Root",
    "RootStore",
    "RootStores",
    "Slots",
]
