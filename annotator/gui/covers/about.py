"""What the program is, over the picture: its version, its licence, and every library with version and licence."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem

from annotator import __version__
from annotator.gui.cover import Cover
from annotator.i18n import mark, translate
from annotator.present.about import libraries
from annotator.workspace.notice import Topic

_LICENCES = mark("Each library keeps its own licence. Qt is used under the LGPL: another build of it may be put in its place.")
_NAME, _VERSION, _LICENCE, _PAGE = range(4)


class AboutPart(Cover):
    """A sentence and a table."""

    def __init__(self) -> None:
        super().__init__(mark("About"))
        self.words, self.list = QLabel(self), QTreeWidget(self)
        self.words.setObjectName("about.words")
        self.words.setWordWrap(True)
        self.list.setObjectName("about.list")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setColumnCount(_PAGE + 1)
        header = self.list.header()
        header.setStretchLastSection(False)
        for column in range(_PAGE + 1):
            wide = column == _LICENCE
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents)
        self.body.addWidget(self.words)
        self.body.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Ask the libraries when the cover is shown first."""
        if self.list.topLevelItemCount():
            return
        for one in libraries():
            item = QTreeWidgetItem(self.list, [one.name, one.version, one.licence, one.page])
            item.setToolTip(_LICENCE, one.licence)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.words.setText("\n".join((
            translate(mark("Annotator {version}: view medical images, mark what is on them, save masks and JSON"), version=__version__),
            translate(mark("Apache License 2.0. The program opens no network connection and has no updater.")),
        )))  # fmt: skip
        self.list.setAccessibleName(translate(mark("Libraries and their licences")))
        heads = (mark("Library"), mark("Version"), mark("Licence"), mark("Page"))
        self.list.setHeaderLabels([translate(head) for head in heads])
        self.foot.setText(translate(_LICENCES))
