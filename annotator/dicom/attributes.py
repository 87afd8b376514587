"""List which attributes a derived file takes over from its source, and the terms that some of them may hold (PS3.3, PS3.16)."""

from __future__ import annotations

PATIENT = (
    "PatientName PatientID IssuerOfPatientID TypeOfPatientID PatientBirthDate PatientBirthTime PatientSex OtherPatientIDs "
    "OtherPatientNames EthnicGroup PatientComments PatientSpeciesDescription PatientBreedDescription ResponsiblePerson "
    "ResponsiblePersonRole ResponsibleOrganization PatientIdentityRemoved DeidentificationMethod ClinicalTrialSponsorName "
    "ClinicalTrialProtocolID ClinicalTrialProtocolName ClinicalTrialSiteID ClinicalTrialSiteName ClinicalTrialSubjectID "
    "ClinicalTrialSubjectReadingID"
).split()
"""Text attributes of the Patient and Clinical Trial Subject modules (PS3.3 C.7.1.1, C.7.1.3); no sequences."""

STUDY = (
    "StudyDate StudyTime AccessionNumber ReferringPhysicianName ConsultingPhysicianName StudyID StudyDescription PhysiciansOfRecord "
    "NameOfPhysiciansReadingStudy AdmittingDiagnosesDescription PatientAge PatientSize PatientWeight MedicalAlerts Allergies "
    "SmokingStatus PatientState Occupation AdditionalPatientHistory AdmissionID ServiceEpisodeID ServiceEpisodeDescription "
    "PatientSexNeutered LastMenstrualDate ClinicalTrialTimePointID ClinicalTrialTimePointDescription"
).split()
"""Text attributes of the General Study, Patient Study and Clinical Trial Study modules (PS3.3 C.7.2.1 to C.7.2.3); no sequences."""

ALWAYS_THERE = (
    "PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime AccessionNumber ReferringPhysicianName StudyID"
).split()
"""Attributes of these modules that are of type 2: written empty where there is no value."""

UNPAIRED = frozenset(
    "ABDOMEN ABDOMENPELVIS AORTA BACK BLADDER BRAIN BRONCHUS CEREBELLUM CERVIX CHEST CHESTABDOMEN CHESTABDPELVIS CIRCLEOFWILLIS "
    "COCCYX COLON CORONARYARTERY CSPINE CTSPINE DUODENUM ESOPHAGUS FACE GALLBLADDER HEAD HEADNECK HEART ILEUM JAW JEJUNUM LARYNX "
    "LIVER LSPINE LSSPINE MEDIASTINUM MOUTH NECK NECKCHEST NECKCHESTABDOMEN NECKCHESTABDPELV NOSE PANCREAS PELVIS PENIS PHARYNX "
    "PROSTATE RECTUM SELLA SKULL SPINE SPLEEN SSPINE STERNUM STOMACH TAIL THYMUS THYROID TLSPINE TONGUE TRACHEA TSPINE URETHRA UTERUS "
    "VAGINA VULVA WHOLEBODY".split()
)
"""Body parts (PS3.16 Annex L) of which there is one, so that Laterality has no place beside them."""

PAIRED = frozenset(
    "ADRENAL ANKLE ARM AXILLA BREAST BUTTOCK CALCANEUS CALF CAROTID CHEEK CLAVICLE CORNEA EAR ELBOW EXTREMITY EYE EYELID FEMUR FINGER "
    "FOOT FOREARM HAND HIP HUMERUS IAC ILIUM KIDNEY KNEE LEG LOWERLEG LUNG MAXILLA ORBIT OVARY PAROTID PATELLA RIB SCAPULA SHOULDER "
    "SUBMANDIBULAR TESTIS THIGH THUMB TMJ TOE UPPERARM URETER WRIST ZYGOMA".split()
)
"""Body parts of which there are two or more."""

LOSSY_METHODS = frozenset("ISO_10918_1 ISO_14495_1 ISO_15444_1 ISO_15444_15 ISO_13818_2 ISO_14496_10 ISO_23008_2 ISO_18181_1".split())
"""Defined terms of LossyImageCompressionMethod (PS3.3 C.7.6.1.1.5.1)."""

SINGLE_FRAME = frozenset(f"1.2.840.10008.5.1.4.1.1.{end}" for end in "1 1.1 1.1.1 1.2 1.2.1 1.3 1.3.1 2 4 7 128".split())
"""Classes of which a file holds one image only (radiography, CT, MR, secondary capture, PET): no frame of theirs can be referred to."""
