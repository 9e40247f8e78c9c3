// The editor of a story's text: ProseMirror on the document model that the server judges by.
export {};
