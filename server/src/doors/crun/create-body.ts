// How the catalogue words what it refuses in a create at this door.
import { createForm } from '../create-body.ts';

export const crunForm = createForm({
  modelList: 'GET /api/v1/client/job/Models',
  templateList: (catalogue) => `${catalogue}-templates`,
});
