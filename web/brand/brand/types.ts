import type { components } from '../../ui/api/schema';

type Schemas = components['schemas'];

export type Figures = Schemas['BrandFigures'];
export type DayFigures = Schemas['BrandDayFigures'];
export type FigureRow = Schemas['BrandRow'];
export type Overview = Schemas['BrandOverview'];
export type Programme = Schemas['BrandProgramme'];
export type Terms = Schemas['BrandTerms'];
export type WorkedExample = Schemas['BrandWorkedExample'];
export type Order = Schemas['BrandOrder'];
export type OrderStatus = Schemas['OrderStatus'];
export type ConversionState = Schemas['ConversionState'];
export type Conversion = Schemas['Conversion'];
export type DecisionInput = Schemas['BrandDecisionInput'];
export type Decision = Schemas['BrandDecision'];
export type RejectReason = Schemas['BrandRejectReason'];
export type Secret = Schemas['BrandSecret'];
export type Postback = Schemas['BrandPostback'];
export type TestPostbackInput = Schemas['BrandTestPostbackInput'];
export type TestPostback = Schemas['BrandTestPostback'];
export type Influencer = Schemas['BrandInfluencer'];
export type TeamMember = Schemas['TeamMember'];
export type BrandRole = Schemas['BrandRole'];
export type Invitation = Schemas['Invitation'];
export type ApiKey = Schemas['ApiKey'];
export type AuditEntry = Schemas['AuditEntry'];
