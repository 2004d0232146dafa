"""Makes the PDF and the DOCX of the sample knowledge base: `python -m tests.sample_documents`.

Needs chromium, qpdf and Noto Sans CJK JP (SIL Open Font License 1.1), of which the PDF embeds the letters it uses.
The shop, the product and every figure are made up.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import docx

ROOT = Path(__file__).resolve().parents[1]
PDF = ROOT / "kb_sources/ja/manuals/dh60-setup.pdf"
DOCX = ROOT / "kb_sources/en/manuals/dh60-storage.docx"

_STYLE = """
@page { size: A5; margin: 22mm 16mm 20mm;
  @top-left { content: "あおば家電 除湿機 DH-60 設置説明書"; font: 8pt "Noto Sans CJK JP"; color: #555 }
  @bottom-center { content: counter(page) " / " counter(pages); font: 8pt "Noto Sans CJK JP"; color: #555 } }
body { font: 10.5pt/1.7 "Noto Sans CJK JP"; margin: 0 }
h1, h2, th { font-weight: 400 } h1 { font-size: 19pt; margin: 0 0 8mm } h2 { font-size: 13.5pt; margin: 7mm 0 2mm; break-after: avoid }
p { margin: 0 0 2.5mm; text-align: justify } ol { margin: 0; padding-left: 7mm }
table { border-collapse: collapse; width: 99.5% } td, th { border: .4pt solid #333; padding: 1mm 2mm; text-align: left } th { background: #eee }
section.page { break-before: page }
"""
_PAGES = """
<h1>除湿機 DH-60 設置説明書</h1>
<p>このたびは、あおば家電の除湿機 DH-60 をお求めいただき、ありがとうございます。お使いになる前に、この説明書に沿って正しく設置してください。</p>
<h2>設置する場所</h2>
<p>DH-60 は、室温が5℃から35℃までの屋内で、水平でしっかりした床の上に置いてください。浴室や屋外など、水がかかるところでは使えません。吹き出し口と吸い込み口をふさがないように、下の表のすき間をあけてください。</p>
<table><thead><tr><th>方向</th><th>必要なすき間</th><th>理由</th></tr></thead><tbody>
<tr><td>上</td><td>50cm以上</td><td>乾いた風が上に出るため</td></tr>
<tr><td>左右</td><td>20cm以上</td><td>タンクと操作部に手が届くようにするため</td></tr>
<tr><td>背面</td><td>10cm以上</td><td>背面から空気を吸い込むため</td></tr></tbody></table>
<h2>運んだあとは30分待つ</h2>
<p>本体を横にして運んだときは、立てた状態で30分以上おいてから電源を入れてください。すぐに運転すると、圧縮機が故障する原因になります。</p>
<section class="page">
<h2>連続排水のしかた</h2>
<p>タンクの容量は3.0Lで、満水になると自動で止まります。市販の内径15mmのホースをつなぐと、タンクにためずに続けて排水できます。</p>
<ol><li>電源を切り、タンクを取り出します。</li>
<li>背面の排水口のふたを外し、ホースを奥まで差し込みます。</li>
<li>ホースの先を、排水口より低い位置に置きます。途中が高くなると、水が本体に戻ります。</li>
<li>タンクを元に戻してから、電源を入れます。</li></ol>
</section>
<section class="page">
<h2>表示とその意味</h2>
<p>操作部に次の文字が出たときは、表のとおりにしてください。</p>
<table><thead><tr><th>表示</th><th>状態</th><th>すること</th></tr></thead><tbody>
<tr><td>H1</td><td>タンクが満水、または正しく入っていない</td><td>タンクの水を捨て、カチッと音がするまで差し込む</td></tr>
<tr><td>H2</td><td>室温が5℃より低く、霜を取っている</td><td>そのまま15分ほど待つ。終わると自動で再開する</td></tr>
<tr><td>H4</td><td>湿度センサーの異常</td><td>電源プラグを抜き、お問い合わせ窓口に連絡する</td></tr></tbody></table>
</section>
"""


def make_pdf(target: Path) -> None:
    """Printed by a browser, then packed. Raises FileNotFoundError or CalledProcessError."""
    title = "除湿機 DH-60 設置説明書"
    page = f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>{_PAGES}'
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")
        printed = Path(folder) / "page.pdf"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--disable-pdf-tagging"]
        commands: tuple[list[str | Path], ...] = (
            ["chromium", *options, f"--print-to-pdf={printed}", source.as_uri()],
            ["qpdf", "--object-streams=generate", "--recompress-flate", "--compression-level=9", printed, target],
        )
        for command in commands:
            subprocess.run(command, check=True, capture_output=True, timeout=120)


def make_docx(target: Path) -> None:
    word: Any = docx.Document()
    word.core_properties.title = "Storing the DH-60 dehumidifier"
    word.core_properties.author = "Aoba Home Electronics"
    word.add_heading("Storing the DH-60 dehumidifier", level=0)
    word.add_paragraph(
        "Before you put the DH-60 away for the season, dry it inside, so that no smell develops in storage."
    )
    word.add_heading("Before storage", level=1)
    for step in (
        "Switch the DH-60 off and empty the 3.0-litre tank.",
        "Leave the tank out and run the fan alone for one hour to dry the inside.",
        "Pull the plug, wind up the cord and put the tank back.",
        "Cover the DH-60 with the bag it came in. Do not seal the bag.",
    ):
        word.add_paragraph(step, style="List Number")
    word.add_heading("Where to keep it", level=1)
    word.add_paragraph(
        "Keep the DH-60 upright. If it lay on its side, stand it up for 30 minutes before you switch it on."
    )
    table = word.add_table(rows=1, cols=3, style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, ("Place", "Suitable", "Why"), strict=True):
        cell.text = text
    for row in (
        ("Cupboard in a heated room", "Yes", "Dry and free of frost"),
        ("Unheated shed", "No", "Water left in the hose can freeze and burst it"),
        ("Bathroom", "No", "Damp gets into the electronics"),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    word.save(str(target))


if __name__ == "__main__":
    for path in (PDF, DOCX):
        path.parent.mkdir(parents=True, exist_ok=True)
    make_pdf(PDF)
    make_docx(DOCX)
