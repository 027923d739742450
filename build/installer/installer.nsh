; Removing the program never removes a workspace: it holds what physicians decided. Who wants it gone deletes the folder.
!macro customUnInstall
  DetailPrint "Workspaces are kept."
!macroend
