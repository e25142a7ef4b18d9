import { defineEntity, p } from "@mikro-orm/core";

/** An organisation that reads the published schema. */
export const PartnerSchema = defineEntity({
  name: "Partner",
  tableName: "partner",
  properties: { id: p.string().primary(), name: p.string(), createdAt: p.datetime(3) },
});

export class Partner extends PartnerSchema.class {}
PartnerSchema.setClass(Partner);

/** A key is known here by its SHA-256 alone. */
export const PartnerKeySchema = defineEntity({
  name: "PartnerKey",
  tableName: "partner_key",
  properties: {
    id: p.string().primary(),
    partnerId: p.string(),
    sha256: p.string(),
    scopes: p.array(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3),
    revokedAt: p.datetime(3).nullable(),
  },
});

export class PartnerKey extends PartnerKeySchema.class {}
PartnerKeySchema.setClass(PartnerKey);
