// Words that are one token each: what captions are made of, and the medicine and plain English around them. The rest
// is spelled in pieces, so no word is unknown. Order matters to shipped bundles: their tokenizer.json holds its own copy.
export const words: readonly string[] = `
a about above absent abnormal abnormality acute adjacent age air all along also an and angle anterior any aorta aortic aperture apex apical appearance appears are area around artery
as ascites aspect asymmetric at atelectasis atrophy axial axis b band base basal be because been bell below benign beside between bilateral biopsy black bladder bleed bleeding blood blot
blur blurred body bone bones border borders both bottom bowel brain branch breast bright brightness broad bronchus bulge but by calcification calcifications calcified canal cardiac
cardiomegaly carina catheter cavity cell cells central centre center cerebellum cerebral cervical change changes chest chronic circle circular circumscribed clavicle clear cloudy cluster
clustered coarse colon colour color common compatible complete compression computed consistent consolidation contour contrast contusion convex cord corner coronal cortex cortical costophrenic
cotton crescent ct cup cyst cystic cysts dark deep defect degree demonstrates dense density depth deviation device diagnosis diameter diaphragm diffuse dilated dilatation disc disease disk
distal distance distribution dorsal dot double down drain drusen duct early echo echogenic echogenicity edema oedema edge effusion effusions eight either elevated elliptical elongated embolism
emphysema end enlarged enhancement enhancing entire epidural erosion esophagus ett even evidence ex exam examination extends extensive external exudate exudates eye face faint fair fatty femur few fibrosis
field fields figure film fine finding findings fine first fissure five flat fluid focal foci focus for foreign four fovea fracture fractures free from frontal fundus gallbladder gas gland glass
globular good gradient grain grainy granular gray greater grey ground growth haemorrhage haemorrhages haematoma hair half hard has have haze hazy head heart hematoma hemorrhage hemorrhages
hepatic hernia heterogeneous high higher hilar hilum hip hole homogeneous horizontal hounsfield hyperdense hyperintense hypodense hypoechoic hypointense image images imaging impression in
increased indeterminate infarct infarction infection inferior inferonasal inferotemporal infiltrate inflammation inhomogeneous inner inside insertion intact interstitial intensity internal intubated irregular is
ischaemia ischemia island it its joint junction just kidney kidneys knee knot large largest larger late lateral layer left lens less lesion lesions level ligament light like likely line linear
lines lipid liver lobe lobes lobulated located long low lower lucency lumbar lump lung lungs lymph lymphocyte macula macular magnetic main maker malignant many margin margins marked marker
mark marks mass masses matter maximum may mean measures measuring medial mediastinal mediastinum medium medium-sized metastases metastasis metastatic microaneurysm microaneurysms microscopy
mid middle midline mild millimetre millimetres minimal mm moderate more most mr mri much mucosa multiple muscle narrow nasal near neck necrosis negative neovascularisation nerve neutrophil new
next nine no nodal node nodes nodular nodule nodules none normal not nose note nothing nucleus number object oblique obscured obstruction of old on one only opacification opacities opacity
open optic or orbit organ orientation other out outer outline outside oval over overlap overlapping own pa pacemaker pale pancreas papilla part partial partially parts patch patches patchy
patient pattern pelvic pelvis perihilar peripheral phantom phase photograph picture pigment plaque plate platelet platelets pleura pleural plus pneumonia pneumothorax point pole
polyp polyps position positive possible posterior present previous primary probable probably process prominent prostate proximal pulmonary pupil purple quadrant quality radiograph radiology radiopaque
rare ray rays rbc reader red reduced reflex region regions regular related renal representing resolution retina retinal retinopathy reveals rib ribs right rim ring rotation rough round
rounded sac sagittal same saturated scan scar scarring scattered scene sclerotic second section seen segment separate septum series seven severe shadow shadows shape shaped sharp sharply shift shows
side sides sign signal similar single sinus site six size sized skin skull slice slight slightly small smaller smallest smear smooth soft solid solitary some space speckle speckled spherical
spiculated spine spleen splenic spot spots spread square stable stain stenosis stent stomach stone stones straight streak structure studies study subcutaneous subdural subpleural subtle
superior superonasal superotemporal surface surrounded surrounding suspicious swelling symmetric system table tall target temporal ten tendon texture than that the there thick thickened
thickening thickness thin this thoracic three throughout thyroid tiny tip tissue to tomography top torn tortuous total trachea tract translucent transverse triangular trunk tube tubular tumor tumour
two type typical ulcer ultrasound uncertain under uneven unilateral unlikely unremarkable up upper ureter uterus uveal valve variable vascular vein veins ventral ventricle ventricular vertebra
vertebrae vertical very vessel vessels view views visible visual volume wall was wbc weak wedge well were white whole wide width wire with within without wool x xray yellow zone
abdomen abdominal acromion adenopathy adrenal airspace airway alveolar aneurysm ap appendix arms atrium basilar bifida blunting blunted bronchi bronchial buckle burn cannula capsule carotid cartilage
cecum chamber circulation cirrhosis clip clips coil collapse collapsed collection colonoscopy column congestion corpus coronary cranial crowding density descending developed dislocation displaced diverticulum
doppler dural effaced effacement electrodes endotracheal eosinophil epithelium erythrocyte esophageal exposure extra fat fibroid fistula fold folds foot forearm gastric gram granuloma gyri hand
hemidiaphragm hemithorax humerus hydronephrosis hyper hypo iliac implant inflated inspiration intestinal intestine intracranial intrahepatic jugular kerley lead leads leukocyte lingula loop loops
lucent lymphadenopathy mammogram mandible maxilla mesentery monocyte mucous nasogastric ng nucleated ocular orthopaedic osteophyte osteoporosis ovarian ovary parenchyma parenchymal patella perforation pericardial
peritoneal perivascular pin plasma pons portable portal pressure projection ptosis radius rectum resection respiratory rotated sacrum scapula scoliosis screw segmental sella shaft shunt sigmoid sternal
sternotomy sternum subclavian sulci sulcus supine sutures symphysis temporal tension thalamus thrombosis thrombus tibia tonsil tracheal tracheostomy tuberculosis ulna umbilical upright urinary vena venous vitreous volume zygoma
zero one two three four five six seven eight nine ten eleven twelve dozen several numerous single pair only left-sided right-sided not normal covid sars virus viral bacterial fungal
yes what which where who how when why does do is are there this that these those can could should would will it image show shown shows modality plane organ system abnormality describe name
`.trim().split(/\s+/);
