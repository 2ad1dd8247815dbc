// A model as the Models endpoints of the Crun API show it.
import type { Model } from '../../catalog/models.ts';
import type { JsonObject } from '../../lib/json.ts';

/** One item of the list. */
export function describeModel(model: Model): JsonObject {
  return {
    model: model.model,
    model_type: model.model_type,
    modality: model.modality,
    operations: model.operations,
    quality_tier: model.quality_tier,
    speed_tier: model.speed_tier,
    input_fields: Object.keys(model.input_schema.properties),
    required_input_fields: model.input_schema.required,
    supports_reference: model.supports_reference,
    supports_native_audio: model.supports_native_audio,
    family: model.family,
    description: model.description,
  };
}

/** The same with what it takes. */
export function describeModelDetail(model: Model): JsonObject {
  return { ...describeModel(model), input_schema: model.input_schema };
}
