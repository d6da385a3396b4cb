import type { Provider, Type } from '@nestjs/common';
import { ExportController } from './export.controller.js';
import { ImportBudget } from './import-budget.js';
import { ImportController } from './import.controller.js';
import { ImportedDocuments } from './imported-documents.js';

/** For the documents module; they need VectorStore, Embedder and EmbeddingTexts. */
export const transferControllers: Type[] = [ExportController, ImportController];
export const transferProviders: Provider[] = [ImportBudget, ImportedDocuments];
