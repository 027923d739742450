// Title and remedy of each failure in the language of the page. English is shared/errors.ts's, for the command line
// too; the sentence between them is made where the failure happened, in English, and is not translated.
import { describeError, type ErrorCode, type WireError } from '../../shared/errors.ts';
import type { Language } from './language.tsx';

interface ErrorWords { readonly title: string; readonly remedy: string }

const ja: Readonly<Record<ErrorCode, ErrorWords>> = {
  'unreadable-file': { title: 'このファイルは読み込めません', remedy: '提供元からファイルを取得し直してください。ほかのファイルは取り込みました。' },
  'unsupported-format': { title: 'この形式のファイルには対応していません', remedy: 'DICOM、NIfTI、TIFF、PNG、JPEG の画像を読み込めます。変換するか、別の形式での書き出しを依頼してください。' },
  'truncated-file': { title: 'このファイルは途中で切れています', remedy: '画像の一部が欠けています。コピーまたは書き出しをやり直してください。' },
  'empty-file': { title: 'このファイルは空です', remedy: 'コピーまたは書き出しをやり直してください。' },
  'image-too-large': { title: 'この画像は大きすぎます', remedy: '解像度を下げるか、分割して書き出してください。' },
  'image-too-small': { title: 'この画像は小さすぎて扱えません', remedy: '正しいファイルが書き出されたか確認してください。' },
  'bad-annotations': { title: 'アノテーションを読み込めません', remedy: '下記の行を直し、取り込み直してください。' },
  'not-found': { title: '見つかりません', remedy: '削除されたか、名称が変わった可能性があります。' },
  conflict: { title: 'この操作は現在の状態では行えません', remedy: '最新の状態を表示しています。必要であれば操作をやり直してください。' },
  'invalid-message': { title: 'プログラムの各部が正しく通信できません', remedy: 'ウィンドウを再読み込みしてください。繰り返す場合は、プログラムを再インストールしてください。' },
  disconnected: { title: 'プログラムとの接続が切れました', remedy: '作業内容はこの画面に保持しており、接続が戻り次第送信します。' },
  cancelled: { title: '中止しました', remedy: '失われたものはありません。いつでもやり直せます。' },
  'disk-full': { title: 'ディスクの空き容量がありません', remedy: '空き容量を確保してください。保存済みの内容は無事で、作業は続きから行えます。' },
  'journal-damaged': { title: '判定の記録が破損しています', remedy: '"regionmed verify" を実行し、ワークスペースを最新の控えから復元してください。' },
  'blob-damaged': { title: '保存されている画像が破損しています', remedy: 'ファイルを取り込み直してください。' },
  'bundle-damaged': { title: 'モデルのファイルが破損しています', remedy: 'モデルは読み込みませんでした。インストールし直してください。' },
  'model-unsupported': { title: 'このネットワークは使用できません', remedy: '何も書き込んでいません。下記に従って書き出し直してください。' },
  'engine-failed': { title: '演算エンジンが停止しました', remedy: 'エンジンは自動で再起動します。操作をやり直してください。' },
  'device-unavailable': { title: 'この演算装置ではモデルを実行できません', remedy: '代わりに CPU を使います。処理は遅くなります。' },
  'nothing-to-train': { title: '学習に使える症例がまだありません', remedy: '症例を署名確定するか、学習用のデータを取り込んでから、やり直してください。' },
  'nothing-to-measure': { title: '評価に使える症例がありません', remedy: '該当する症例を署名確定するか、アノテーション付きデータを正解として取り込んでください。' },
  'not-writable': { title: '書き込めません', remedy: '書き込み権限のあるフォルダーを選んでください。' },
  'does-not-fit': { title: 'この学習にはメモリーが足りません', remedy: '下記の画像数で開始するか、ほかのプログラムを終了してください。' },
  'training-diverged': { title: '学習が正常に進みませんでした', remedy: '使用中のモデルは変わっていません。学習率を下げてやり直してください。' },
  'checkpoint-damaged': { title: 'この学習は再開できません', remedy: 'この学習を中止し、新しく開始してください。使用中のモデルと判定はすべて変わりません。' },
  'run-in-progress': { title: '学習を実行中です', remedy: '終わるまで待つか、中止してください。' },
  'not-signed-off': { title: 'この症例は署名確定されていません', remedy: 'すべての領域を判定してから、署名確定してください。' },
  'workspace-locked': { title: 'このワークスペースは別のプログラムが使用中です', remedy: '先にもう一方のウィンドウを閉じてください。' },
  'workspace-newer': { title: 'このワークスペースは新しいバージョンで作成されました', remedy: 'プログラムを更新してください。' },
  unauthorised: { title: '許可されていません', remedy: '開始時のアドレスからプログラムを開き直してください。' },
  'bad-settings-file': { title: 'このファイルは使用できません', remedy: '設定は変更していません。下記を直すか、ファイルを受け取り直してください。' },
  'wrong-usage': { title: 'コマンドを解釈できません', remedy: '"regionmed --help" を実行してください。' },
  'unsupported-platform': { title: 'このコンピューターには対応していません', remedy: '文書の対応システム一覧を確認してください。' },
  internal: { title: '予期しない問題が発生しました', remedy: '保存済みの内容は無事です。ウィンドウを再読み込みし、下記の文を報告してください。' },
};

export const errorWords = (language: Language, code: ErrorCode): ErrorWords => (language === 'ja' ? ja[code] : describeError(code));
/** One sentence in the language of the page: the failure's own, or what kind of failure it is. */
export const errorInShort = (language: Language, { code, message }: WireError): string => (language === 'en' ? message : errorWords(language, code).title);
