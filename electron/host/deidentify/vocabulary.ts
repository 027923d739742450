// The words that cleaned free text may keep. Descriptions of studies and series are made of a small technical language;
// whatever is not in it could be a name, and goes. Lower case; English, and what Japanese descriptions are made of.
const english = `
a about above absent ac acq acquisition acute adc add after age air all alveolar an and angio angiogram angiography ankle ant anterior aorta aortic ap apical appendix apical arch area arm arms arterial arteries artery
arteriogram arthrogram as ascending asir assessment asymmetry at atrial atrium atrophy average axial axillary back baby base baseline basal be before below bilat bilateral biliary biopsy bladder block blood body bold bolus bone bones bowel
brachial brain breast breasts breath bronchial bronchus brow bypass c calc calcification calcifications calcium calf cap carcinoma cardiac cardiomegaly care carotid cath catheter cav cavity cc ce cell cells central cervical change changes
chest cine circle circumflex clavicle clear clinical coccyx colon colonography color colour comparison complete compression consolidation contour contrast control coronal coronary cor correction cortex cortical cr cranial cranium cross cso csf
ct cta cth ctpa cube current curve cyst cysts d date day days db dce decubitus deep deformity degree degrees delay delayed density derived descending detail device dexa diagnosis diagnostic diaphragm diastole diastolic diff diffuse diffusion
digital dilated disc disease disk distal dixon doppler dorsal dose dose-report double drain dual duct duodenum dwi dx dynamic dynamics early echo echocardiogram ecg edema effusion eg ejection elbow embolism emphysema endoscopy enhanced
enhancement epi epigastric epiphysis erect esophagus exam examination exp expiration expiratory extension external extremity eye eyes face facet facial fast fat fatsat fatty fb fe feet femoral femur fetal fetus ffe fgre fibula fiesta field fiesta
film filter final findings fine finger first flair flash flex flexion flow fluid fluoro fluoroscopy focal focus follow follow-up foot for forearm foramen fossa fov fracture fractures frame from frontal fs fse full function functional fundus
fusion gallbladder gated gating gd general gland glenoid global gradient graft grand gray gre grey ground-glass groin guided haemorrhage hand hands hard haste head heart hematoma hemorrhage hepatic hernia high hilar hilum hip hips hires history
hr hrct humerus hx ia iac iliac image images imaging implant in incidental increased indication inf infarct infarction infection inferior infiltrate inflow inguinal injection inspiration inspiratory intact internal interstitial intervention
intracranial intravenous inv inversion ir is isometric isotropic iso iv ivc jaw joint joints kernel kidney kidneys knee knees kub kv kvp l lad lao large larynx lat late lateral lava le left leg legs lens lesion lesions level limb limited line
lines liver lm lo lobe lobes loc localiser localizer long loop low lower lp lumbar lumen lung lungs lv lymph lymphadenopathy m ma magnification main mammo mammogram mammography mandible map mapping marrow mass masses mast maxilla maxillary
max mean measure measured medial mediastinal mediastinum medium mega meniscus mesenteric metastases metastasis metastatic mid middle midline mild min minor minip mip mitral ml mlo mm mo mode moderate modified month months motion movie mpr
mpgr mprage mr mra mrcp mri mrv ms msec multi multiplanar multiple muscle musculoskeletal myelogram myocardial myocardium nasal native navel neck necrosis neg negative neonatal nerve neuro new no node nodes nodule nodules non nonenhanced
none normal nos not nuclear o oblique obl obstruction occipital occlusion oct of off old olecranon omni on one only opacification opacity open optic oral orbit orbits or orthogonal os other ot out ovarian ovary overview pa paediatric pain
palate pancreas pancreatic par paranasal parasternal parathyroid parenchymal partial patella patellar patent pc pd pdw pediatric pelvic pelvis perfusion pericardial perirectal peripheral peritoneal pet phalanx pharynx phase phased
phantom pituitary plain plan plane planning plaque plate pleural plus pneumonia pneumothorax pons popliteal port portable portal position positive post post-contrast posterior postop pre pre-contrast preop pregnancy preliminary pressure prior
probe procedure processed prone prone prostate prosthesis protocol proton prox proximal pulmonary pulse pyelogram qa quad quality quantitative quick r radial radiograph radiography radius rao rapid raw rca re reconstruction recon rectal rectum
reduced reference reformat reformatted region registered renal repeat report research resolution respiratory rest result retina retrospective rf rib ribs right ring ro roi root rotation routine rt rule run runoff rv s sacral sacrum sag sagittal
sat saturation save scan scans scaphoid scapula scapular sclerosis scoliosis scout screen screening sct se second secondary section seg segment segmentation semi sense sequence serial series sh shaft shift short shoulder shoulders shunt side
signal single sinus sinuses siz size skeletal skeleton skin skull slice slices small soft spect spectroscopy spgr spin spinal spine spiral spleen splenic spot ss ssfp ssfse standard standing state static status stenosis stent sternum stir
stomach stone stones stress stroke study sub subclavian subcutaneous subdural subtraction summary sup superficial superior supine supraspinatus surface survey survey susceptibility suspected swan swi systole systolic t table talus target
temporal temporomandibular tendon test testis tf tfe thick thickness thigh thin thoracic thorax three thrombosis thrombus thumb thymus thyroid tibia tibial tilt time tissue tlc tmj to toe toes tof tomo tomography tomosynthesis total trace
trachea tracheal track transit transverse trauma treatment triphasic true trufi tse tube tumor tumour turbo tuberculosis two tx type ulna ultrasound ultra unenhanced unspecified up upper upright ureter urethra urinary urogram urography us uterus
v vaginal valve var vascular vein veins venogram venous ventral ventricle ventricles ventricular vertebra vertebrae vertebral vessel vessels vibe view views virtual vision vol volume volumetric w wall warp wash water water-fat wedge week weeks
weight weighted white whole wide width window with without wo wrist wrists x x-ray xa xr xray year years z zoom abd abdo abdomen abdominal abdominopelvic abscess absence accessory acromion adenoma adenopathy adrenal adult airspace airway aneurysm
spc space mprage pns cxr axr lspine cspine tspine c-spine l-spine t-spine kub ivp ercp hsg vcug dsa tace tavi tee tte bmode b-mode duplex colourflow triplex bi-plane biplane mono monochrome
lordotic swimmers odontoid sunrise merchant frogleg frog tunnel scanogram lordosis kyphosis osteopenia osteoporosis osteoarthritis arthritis spondylosis listhesis cardiomediastinal silhouette atelectasis pleura costophrenic
mg mgy cm hz mhz khz deg sec min hu kg bpm fps px ev uci mci mbq fdg f18 tc99m ga68 dotatate psma gadolinium iodine iohexol gadavist omnipaque barium saline air mbf
`;
const japanese = `
胸部 腹部 頭部 頭頸部 頸部 骨盤 全身 上肢 下肢 肩 肩関節 膝 膝関節 股関節 手 足 手関節 足関節 肘 肘関節 脊椎 頸椎 胸椎 腰椎 心臓 冠動脈 大動脈 肺 肝 肝臓 腎 腎臓 膵 膵臓 脾臓 胆嚢 膀胱 前立腺 子宮 卵巣 乳房 甲状腺 副鼻腔 眼窩 眼底 脳 血管 骨
単純 造影 正面 側面 斜位 立位 臥位 仰臥位 腹臥位 右 左 両側 早期 後期 動脈相 門脈相 平衡相 遅延相 検査 撮影 画像 再構成 軸位断 冠状断 矢状断 横断 拡散 強調 強調画像 像 位 超音波 内視鏡 透視 定位 位置決め 前 後 上 下 中 および と の 有 無 なし あり 経過 観察 術前 術後 肺野 縦隔 条件 骨条件
`;

const words: ReadonlySet<string> = new Set(english.trim().split(/\s+/));
const japaneseWords: readonly string[] = japanese.trim().split(/\s+/).sort((a, b) => b.length - a.length);

/** Measures and names of techniques: 5mm, 1.25, 3D, T2w, b1000, L4, 2x2. At most three digits in a row: more could be a number of somebody. */
const measure = /^(?:[a-z]{0,3}\d{1,3}(?:[.,]\d{1,3})?(?:x\d{1,3}){0,2}[a-z]{0,4}\*?|b\d{1,4})$/;

/** Whether a word of free text belongs to the technical language. */
export function isTechnical(word: string): boolean {
  const w = word.toLowerCase();
  return words.has(w) || measure.test(w) || /^[\u3040-\u30ff\u3400-\u9fff]+$/.test(w) && isJapanese(w);
}

/** Whether a run without spaces is made of known words alone, the longest first. */
function isJapanese(run: string): boolean {
  if (run === '') return true;
  return japaneseWords.some((w) => run.startsWith(w) && isJapanese(run.slice(w.length)));
}
